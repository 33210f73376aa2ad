// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Pass;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.router.TopKRouterConfig;
import dev.witan.testkit.golden.Golden;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The whole decoder against transformers: grouped-query attention, rotary positions, norms,
/// Mixtral's router, SwiGLU experts, on a checkpoint that transformers wrote and evaluated.
class MixtralGoldenTest {
    private static final double TOLERANCE = 2e-5;

    private final Golden golden;

    MixtralGoldenTest() throws IOException {
        this.golden = Golden.named("mixtral-f32");
    }

    private ModelConfig config() {
        JsonNode json = golden.config();
        int hidden = json.path("hidden_size").asInt();
        int heads = json.path("num_attention_heads").asInt();
        var router =
                TopKRouterConfig.mixtral(
                        json.path("num_local_experts").asInt(),
                        json.path("num_experts_per_tok").asInt());
        return new ModelConfig(
                json.path("vocab_size").asInt(),
                json.path("num_hidden_layers").asInt(),
                hidden,
                heads,
                json.path("num_key_value_heads").asInt(),
                hidden / heads,
                json.path("max_position_embeddings").asInt(),
                json.path("rope_parameters").path("rope_theta").asDouble(),
                json.path("rms_norm_eps").asDouble(),
                false,
                false,
                0,
                FeedForwardConfig.moe(
                        router, json.path("intermediate_size").asInt(), 0, BalanceConfig.NONE));
    }

    private static String mixtralName(String name) {
        return name.replace(".mlp.", ".block_sparse_moe.")
                .replace(".gate_proj.", ".w1.")
                .replace(".down_proj.", ".w2.")
                .replace(".up_proj.", ".w3.");
    }

    private DecoderModel model(Precision precision) {
        DecoderModel model = ModelBuilder.blank(config(), precision);
        Set<String> unread = new TreeSet<>(golden.weights().names());
        try (Scope scope = Scope.open()) {
            for (Map.Entry<String, Tensor> weight : ModelWeights.values(model).entrySet()) {
                String name = mixtralName(weight.getKey());
                double[] values = golden.weights().values(name);
                weight.getValue().copy_(Tensors.of(values, Tensors.shape(weight.getValue())));
                unread.remove(name);
            }
        }
        model.refresh();
        assertThat(unread).as("weights that took no part").isEmpty();
        return model;
    }

    private static double[] logits(DecoderModel model, int[][] sequences) {
        var noGradient = new NoGradGuard();
        try (Scope scope = Scope.open()) {
            int[] tokens = Arrays.stream(sequences).flatMapToInt(Arrays::stream).toArray();
            Pass one = Pass.inference();
            var pass = new Pass(false, 0, sequences.length, new int[0], one.tape());
            Tensor logits = model.forward(Tensors.of(tokens, tokens.length), pass).logits();
            return Tensors.toDoubles(logits);
        } finally {
            noGradient.close();
        }
    }

    private static double largestDifference(double[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double largest = 0;
        for (int i = 0; i < actual.length; i++) {
            largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
        }
        return largest;
    }

    @Test
    void logitsOfABatchAgreeWithTransformers() {
        double[] actual = logits(model(Precision.FLOAT32), golden.inputIds());
        assertThat(largestDifference(actual, golden.tensors().values("logits")))
                .isLessThan(TOLERANCE);
    }

    /// bfloat16 keeps 8 bits: with logits of deviation 0.7 about 0.01 is lost, and a router may
    /// change its mind about a near tie.
    @Test
    void bfloat16StaysNearOnTheWhole() {
        double[] actual = logits(model(Precision.BFLOAT16), golden.inputIds());
        double[] expected = golden.tensors().values("logits");
        double squares = 0;
        for (int i = 0; i < actual.length; i++) {
            squares += (actual[i] - expected[i]) * (actual[i] - expected[i]);
        }
        assertThat(Math.sqrt(squares / actual.length)).isBetween(1e-5, 0.05);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 17})
    void cachedLogitsAgreeWithTransformers(int piece) {
        DecoderModel model = model(Precision.FLOAT32);
        double[][] expected = golden.logits();
        int row = 0;
        var noGradient = new NoGradGuard();
        for (int[] sequence : golden.inputIds()) {
            try (var cache = new KeyValueCache(model.config())) {
                for (int from = 0; from < sequence.length; from += piece) {
                    int to = Math.min(sequence.length, from + piece);
                    int[] part = Arrays.copyOfRange(sequence, from, to);
                    try (Scope scope = Scope.open()) {
                        Tensor ids = Tensors.of(part, part.length);
                        Tensor logits = model.forward(ids, Pass.inference(), cache).logits();
                        for (int t = 0; t < part.length; t++) {
                            double[] actual = Tensors.toDoubles(logits.select(0, t));
                            assertThat(largestDifference(actual, expected[row++]))
                                    .isLessThan(TOLERANCE);
                        }
                    }
                }
            }
        }
        noGradient.close();
        assertThat(row).isEqualTo(expected.length);
    }

    @Test
    void greedyTokensAgreeWithTransformers() {
        DecoderModel model = model(Precision.FLOAT32);
        int[] greedy = golden.tensors().integers("greedy")[0];
        int prompt = golden.tensors().integers("prompt")[0].length;
        int vocabulary = model.config().vocabulary();
        double[] logits = logits(model, new int[][] {greedy});
        for (int t = prompt; t < greedy.length; t++) {
            double[] row = Arrays.copyOfRange(logits, (t - 1) * vocabulary, t * vocabulary);
            int best = 0;
            for (int v = 1; v < vocabulary; v++) {
                best = row[v] > row[best] ? v : best;
            }
            assertThat(best).as("token " + t).isEqualTo(greedy[t]);
        }
    }
}
