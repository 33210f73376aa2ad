// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.model.DecoderModel;
import dev.witan.model.FeedForwardConfig;
import dev.witan.model.ModelBuilder;
import dev.witan.model.ModelConfig;
import dev.witan.moe.Pass;
import dev.witan.moe.RoutingStatistics;
import dev.witan.train.loop.TinyTraining;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

final class AblationsTest {
    private static final int[] TOKENS = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5};

    private static DecoderModel model(String... settings) {
        String[] all = Arrays.copyOf(settings, settings.length + 1);
        all[settings.length] = "model.initDeviation=0.3";
        var config = TinyTraining.config(all);
        return ModelBuilder.random(config.model(), config.precision(), 1);
    }

    private static float[] logits(DecoderModel model) {
        var noGradient = new NoGradGuard();
        try (Scope scope = Scope.open()) {
            Tensor tokens = Tensors.of(TOKENS, TOKENS.length);
            return Tensors.toFloats(model.forward(tokens, Pass.inference()).logits());
        } finally {
            noGradient.close();
        }
    }

    private static List<List<RoutingStatistics>> statistics(DecoderModel model) {
        var noGradient = new NoGradGuard();
        try (Scope scope = Scope.open()) {
            Tensor tokens = Tensors.of(TOKENS, TOKENS.length);
            return model.forward(tokens, Pass.inference()).routing().statistics();
        } finally {
            noGradient.close();
        }
    }

    private static DecoderModel variant(DecoderModel model, String name) {
        return Objects.requireNonNull(Ablations.of(model, 1).get(name), name);
    }

    @Test
    void everyVariantDiffersFromTheIntactModel() {
        DecoderModel model = model();
        float[] intact = logits(model);
        Map<String, DecoderModel> variants = Ablations.of(model, 1);
        assertThat(variants.keySet())
                .containsExactly(
                        "intact",
                        "routed experts zeroed",
                        "router's choice shuffled",
                        "second iteration skipped");
        variants.forEach((name, changed) -> {
            if (name.equals(Ablations.INTACT)) {
                assertThat(logits(changed)).isEqualTo(intact);
            } else {
                assertThat(logits(changed)).as(name).isNotEqualTo(intact);
            }
        });
        assertThat(logits(model)).isEqualTo(intact);
    }

    @Test
    void zeroedExpertsEqualExpertsWithoutWeights() {
        DecoderModel model = model();
        float[] zeroed = logits(variant(model, "routed experts zeroed"));
        model.experts().forEach(parameter -> parameter.value().zero_());
        assertThat(zeroed).isEqualTo(logits(model));
    }

    @Test
    void shuffledChoicesKeepTheLoadsButForTheirOrder() {
        DecoderModel model = model();
        int[] before = statistics(model).getFirst().getFirst().tokensPerExpert().clone();
        int[] after =
                statistics(variant(model, "router's choice shuffled"))
                        .getFirst()
                        .getFirst()
                        .tokensPerExpert()
                        .clone();
        assertThat(after).isNotEqualTo(before);
        Arrays.sort(before);
        Arrays.sort(after);
        assertThat(after).isEqualTo(before);
    }

    @Test
    void skippedIterationLeavesOneAndMixturesHaveNoneToSkip() {
        assertThat(statistics(variant(model(), "second iteration skipped")))
                .allSatisfy(layer -> assertThat(layer).hasSize(1));
        assertThat(Ablations.of(model("model.feedForward.kind=moe"), 1))
                .doesNotContainKey("second iteration skipped");
        ModelConfig dense = model("model.feedForward.kind=dense").config();
        assertThat(dense.feedForward().kind()).isEqualTo(FeedForwardConfig.Kind.DENSE);
        assertThat(Ablations.of(model("model.feedForward.kind=dense"), 1))
                .containsOnlyKeys("intact");
    }
}
