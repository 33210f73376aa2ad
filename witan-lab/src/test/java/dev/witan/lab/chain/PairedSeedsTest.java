// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.Precision;
import dev.witan.engine.Tensors;
import dev.witan.model.ModelBuilder;
import dev.witan.model.ModelWeights;
import dev.witan.train.data.BatchStream;
import dev.witan.train.data.DataPosition;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Objects;

/// Runs of one seed start with the same weights, wherever systems have the same part, and see the
/// same batches.
final class PairedSeedsTest {
    private static final ChainBudget SMALL = ChainBudget.small();

    private static Map<String, Tensor> weights(String system, long seed) {
        return ModelWeights.values(
                ModelBuilder.random(
                        SMALL.system(system).model(SMALL.shape()), Precision.FLOAT32, seed));
    }

    @Test
    void sharedPartsStartEqual() {
        Map<String, Tensor> mixture = weights("moe-8-64", 3);
        Map<String, Tensor> chain = weights("coe2-4-64", 3);
        assertThat(chain.keySet()).containsAll(mixture.keySet());
        assertThat(chain.size() - mixture.size()).as("the second gate of each layer").isEqualTo(4);
        mixture.forEach(
                (name, weight) -> assertThat(weight.equal(named(chain, name))).as(name).isTrue());
        assertThat(
                        named(weights("moe-9-64-norm", 3), "lm_head.weight")
                                .equal(named(mixture, "lm_head.weight")))
                .isTrue();
    }

    @Test
    void seedsDifferAndSoDoTheGatesOfIterations() {
        Map<String, Tensor> chain = weights("coe2-4-64", 3);
        Map<String, Tensor> other = weights("coe2-4-64", 4);
        String first = "model.layers.0.mlp.gate.0.weight";
        assertThat(named(chain, first).equal(named(other, first))).isFalse();
        assertThat(named(chain, first).equal(named(chain, "model.layers.0.mlp.gate.1.weight")))
                .isFalse();
    }

    /// N(0, 0.02) and U(±128^-½), within five standard errors.
    @Test
    void initialWeightsHaveTheStatedSpread() {
        Map<String, Tensor> chain = weights("coe2-4-64", 1);
        assertThat(deviation(named(chain, "model.layers.1.mlp.experts.62.down_proj.weight")))
                .isBetween(0.0193, 0.0207);
        assertThat(deviation(named(chain, "model.layers.3.mlp.gate.1.weight")) * Math.sqrt(3 * 128))
                .isBetween(0.97, 1.03);
    }

    @Test
    void batchesDependOnTheSeedAlone() throws Exception {
        ChainData data = ChainData.generated(SMALL);
        int[] once = rows(data, 1, 16);
        assertThat(rows(ChainData.generated(SMALL), 1, 16)).isEqualTo(once);
        assertThat(rows(data, 2, 16)).isNotEqualTo(once);
    }

    @Test
    void aRunTakesLessThanAnEpoch() throws Exception {
        ChainBudget small = SMALL.withTokens(100_000);
        BatchStream stream = stream(ChainData.generated(small), 5, small);
        stream.next(small.steps() * small.batchSize());
        assertThat(stream.position().epoch()).isZero();
    }

    private static int[] rows(ChainData data, long seed, int count) throws Exception {
        return stream(data, seed, SMALL).next(count).tokens();
    }

    private static BatchStream stream(ChainData data, long seed, ChainBudget budget)
            throws Exception {
        return data.training(seed).batches(budget.shape().context(), seed, DataPosition.START);
    }

    private static Tensor named(Map<String, Tensor> weights, String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }

    private static double deviation(Tensor weight) {
        double squares = 0;
        float[] values = Tensors.toFloats(weight);
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares / values.length);
    }
}
