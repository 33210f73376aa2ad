// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.engine.Precision;
import dev.witan.model.DecoderModel;
import dev.witan.model.ModelBuilder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

final class ChainSizeTest {
    private static final ChainBudget NANO = ChainBudget.paperNano();

    /// By hand, for D = 128, V = 256, S = 256. An expert of width 88: 3·128·88 = 33,792 weights and
    /// 67,584 FLOPs forward. A layer without experts and gates: 4·128² + 2·128 = 65,792 weights,
    /// 8·128² + 2·128·257 = 196,864 FLOPs. A gate: 63·128 = 8,064 weights, 16,128 FLOPs.
    @ParameterizedTest
    @CsvSource({
        // 4·(65,792 + 8,064 + 64·33,792) + 128; 3·(4·(196,864 + 16,128 + 9·67,584) + 65,536)
        "moe-8-64, 8946304, 1512064, 10051584",
        // a second gate; 10 passes
        "coe2-4-64, 8978560, 1544320, 11056128",
        "moe-9-64, 8946304, 1647232, 10862592",
        "moe-8-64-standard, 8946304, 1512064, 10051584",
        // one pass fewer per layer
        "coe2-4-64-shared-once, 8978560, 1544320, 10245120",
        // one gate, two passes of it
        "coe2-4-64-shared-gate, 8946304, 1512064, 11056128",
        // 47 routed experts: gates 2·6,016
        "coe2-4-48, 6799488, 1527936, 10957824",
        "moe-8-64-8-layers, 17892480, 3024000, 19906560",
        "moe-8-64-width-66, 6783616, 1207936, 8226816",
        "moe-11-64, 8946304, 1917568, 12484608",
        "coe2-5-64, 8978560, 1814656, 12678144",
        "coe3-3-64, 9010816, 1711744, 12871680"
    })
    void equalsTheNumbersByHand(String name, long nonEmbedding, long active, long flops) {
        ChainSize size = ChainSize.of(NANO.system(name), NANO.shape());
        assertThat(size.nonEmbedding()).isEqualTo(nonEmbedding);
        assertThat(size.parameters()).isEqualTo(nonEmbedding + 2 * 256 * 128);
        assertThat(size.active()).isEqualTo(active);
        assertThat(size.trainingFlops()).isEqualTo(flops);
        assertThat(size.trainingBytes()).isEqualTo(16 * size.parameters());
    }

    @Test
    void parametersAreThoseOfTheModel() {
        for (ChainSystem system : NANO.systems()) {
            DecoderModel model =
                    ModelBuilder.random(system.model(NANO.shape()), Precision.FLOAT32, 1);
            long count =
                    model.parameters().stream()
                            .mapToLong(parameter -> parameter.value().numel())
                            .sum();
            assertThat(ChainSize.of(system, NANO.shape()).parameters())
                    .as(system.label())
                    .isEqualTo(count);
        }
    }

    @Test
    void memoryClaimComparesNearlyEqualSizes() {
        long smaller = size("coe2-4-48").nonEmbedding();
        assertThat(size("moe-8-64-width-66").nonEmbedding() / (double) smaller)
                .isBetween(0.99, 1.01);
        assertThat(
                        size("coe2-4-48-width-117").nonEmbedding()
                                / (double) size("moe-8-64").nonEmbedding())
                .isBetween(0.99, 1.01);
    }

    @Test
    void chainsOfOneTwoAndThreeIterationsPassAsManyExperts() {
        assertThat(List.of("moe-11-64", "coe2-5-64", "coe3-3-64"))
                .allMatch(name -> NANO.system(name).expertPasses() == 12);
        assertThat(NANO.system("moe-9-64").expertPasses())
                .isEqualTo(NANO.system("coe2-4-64").expertPasses());
    }

    @Test
    void budgetsHaveTheRunsTheyPromise() {
        assertThat(ChainBudget.small().systems()).hasSize(6);
        assertThat(ChainBudget.small().seeds()).hasSize(3);
        assertThat(ChainBudget.small().steps()).isEqualTo(391);
        assertThat(NANO.systems()).hasSize(20);
        assertThat(NANO.steps()).isEqualTo(3907);
        assertThat(NANO.comparisons())
                .allSatisfy(comparison -> {
                    assertThat(NANO.system(comparison.first())).isNotNull();
                    assertThat(NANO.system(comparison.second())).isNotNull();
                });
        assertThat(NANO.groups())
                .flatExtracting(ChainGroup::systems)
                .containsAll(NANO.systems().stream().map(ChainSystem::name).toList());
    }

    @Test
    void badBudgetsAreRefused() {
        assertThatThrownBy(() -> ChainBudget.small().withTokens(0))
                .hasMessage("tokens must be in [1, 1000000000], was 0");
        assertThatThrownBy(() -> ChainBudget.small().withSeeds(0))
                .hasMessage("seeds must be in [1, 100], was 0");
        assertThatThrownBy(() -> ChainBudget.small().system("x"))
                .hasMessage("no system is called x");
        assertThatThrownBy(() ->
                        ChainSystem.nano(
                                "x", "x", 64, 64, dev.witan.moe.layer.ChainConfig.asCoded(1)))
                .hasMessage("topK must be in [1, 63], was 64");
    }

    private static ChainSize size(String name) {
        return ChainSize.of(NANO.system(name), NANO.shape());
    }
}
