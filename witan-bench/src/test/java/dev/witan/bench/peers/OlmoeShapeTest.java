// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class OlmoeShapeTest {
    @Test
    void theReferenceHasThePublishedStructure() {
        List<OlmoeShape.Weight> weights = OlmoeShape.REFERENCE.weights();
        int perLayer = 256 * 256 * 4 + 4 * 256 + 64 * 256 + 64 * 3 * 256 * 176;

        assertThat(weights).hasSize(3 + 4 * (4 + 4 + 1 + 64 * 3));
        assertThat(weights.stream().mapToLong(OlmoeShape.Weight::size).sum())
                .isEqualTo(2 * 4096 * 256 + 256 + 4L * perLayer);
        assertThat(weights)
                .contains(
                        new OlmoeShape.Weight(
                                "model.layers.3.mlp.experts.63.down_proj.weight",
                                List.of(256, 176),
                                false),
                        new OlmoeShape.Weight(
                                "model.layers.0.self_attn.q_norm.weight", List.of(256), true));
        assertThat(weights.stream().map(OlmoeShape.Weight::name)).doesNotHaveDuplicates();
    }
}
