// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.layer.ChainConfig;
import dev.witan.moe.router.TopKRouterConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

class ParameterShapesTest {
    /// What Chain-of-Experts (2025) trains: 8 heads, latent attention without a latent query.
    private static final MlaShape PAPER_ATTENTION =
            new MlaShape(512, 128, 64, 128, OptionalInt.empty());

    static List<ModelConfig> shapes() {
        return Shapes.all();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void areThoseOfABuiltModelInItsOrder(ModelConfig config) {
        Map<String, long[]> shapes = ParameterShapes.of(config);
        try (Scope scope = Scope.open()) {
            var built = ModelWeights.values(ModelBuilder.random(config, Precision.FLOAT32, 1));
            assertThat(new ArrayList<>(shapes.keySet())).isEqualTo(List.copyOf(built.keySet()));
            built.forEach((name, tensor) ->
                    assertThat(shapes.get(name)).as(name).isEqualTo(Tensors.shape(tensor)));
            assertThat(ParameterShapes.nonEmbeddingCount(shapes))
                    .isEqualTo(ModelWeights.nonEmbeddingCount(built));
        }
        assertThat(ParameterShapes.tensorsAtLeast(config)).isLessThanOrEqualTo(shapes.size());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void selectionBiasesAreThoseOfABuiltModel(ModelConfig config) {
        var built = RouterBiases.of(ModelBuilder.blank(config, Precision.FLOAT32));
        Map<String, long[]> shapes = RouterBiases.shapes(config);
        assertThat(shapes.keySet()).isEqualTo(built.keySet());
        built.forEach((name, bias) -> assertThat(shapes.get(name)).containsExactly(bias.experts()));
    }

    @Test
    void countsOfThePublishedConfigurations() {
        assertThat(published(63, 8, 1)).isEqualTo(570_956_800L);
        assertThat(published(63, 4, 2)).isEqualTo(571_214_848L);
        assertThat(published(47, 4, 2)).isEqualTo(432_671_744L);
    }

    private static long published(int routed, int topK, int iterations) {
        var part =
                FeedForwardConfig.chain(
                        TopKRouterConfig.softmax(routed, topK),
                        704,
                        704,
                        ChainConfig.asCoded(iterations),
                        BalanceConfig.NONE);
        var config =
                new ModelConfig(
                        102_400, 4, 1024, 8, 8, 128, 512, 1e4, 1e-6, false, false, 0.02, part);
        Map<String, long[]> shapes = ParameterShapes.of(config, PAPER_ATTENTION);
        long embeddings = 2L * 102_400 * 1024;
        assertThat(ParameterShapes.count(shapes))
                .isEqualTo(ParameterShapes.nonEmbeddingCount(shapes) + embeddings);
        return ParameterShapes.nonEmbeddingCount(shapes);
    }

    /// 2 heads of (3 + 2) for queries from a latent of 7, in place of one product.
    @Test
    void latentQueriesHaveTwoProductsAndANorm() {
        ModelConfig config = Shapes.chain();
        var shapes = ParameterShapes.of(config, new MlaShape(5, 3, 2, 4, OptionalInt.of(7)));
        String attention = "model.layers.1.self_attn.";
        assertThat(shapes).doesNotContainKey(attention + "q_proj.weight");
        assertThat(shapes.get(attention + "q_a_proj.weight")).containsExactly(7, 12);
        assertThat(shapes.get(attention + "q_a_layernorm.weight")).containsExactly(7);
        assertThat(shapes.get(attention + "q_b_proj.weight")).containsExactly(10, 7);
        assertThat(shapes.get(attention + "kv_a_proj_with_mqa.weight")).containsExactly(7, 12);
        assertThat(shapes.get(attention + "kv_b_proj.weight")).containsExactly(14, 5);
        assertThat(shapes.get(attention + "o_proj.weight")).containsExactly(12, 8);
        assertThatThrownBy(() -> new MlaShape(5, 3, 2, 4, OptionalInt.of(0)))
                .hasMessage("queryRank must be >= 1, was 0");
    }
}
