// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.witan.engine.Engine;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.OptionalDouble;

class RoutingStatisticsTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    @Test
    void countsLoadDroppedSlotsAndDeadExperts() {
        RoutingStatistics statistics = of(4, 2, new int[] {0, 1, 0, -1, 0, 3}, new int[0]);
        assertThat(statistics.tokens()).isEqualTo(3);
        assertThat(statistics.tokensPerExpert()).containsExactly(3, 1, 0, 1);
        assertThat(statistics.droppedTokens()).isEqualTo(1);
        assertThat(statistics.deadExperts()).isEqualTo(1);
        assertThat(statistics.maxOverMean()).isCloseTo(3 / (5 / 4.0), within(1e-12));
        double entropy = -(0.6 * Math.log(0.6) + 2 * 0.2 * Math.log(0.2)) / Math.log(4);
        assertThat(statistics.entropy()).isCloseTo(entropy, within(1e-12));
        assertThat(statistics.overlap()).isEmpty();
    }

    @Test
    void perfectBalanceIsOne() {
        RoutingStatistics statistics = of(4, 2, new int[] {0, 1, 2, 3}, new int[0]);
        assertThat(statistics.maxOverMean()).isEqualTo(1);
        assertThat(statistics.entropy()).isCloseTo(1, within(1e-12));
        assertThat(statistics.deadExperts()).isZero();
    }

    @Test
    void oneExpertForAllIsNoEntropy() {
        RoutingStatistics statistics = of(4, 1, new int[] {2, 2, 2}, new int[0]);
        assertThat(statistics.maxOverMean()).isEqualTo(4);
        assertThat(statistics.entropy()).isZero();
        assertThat(statistics.deadExperts()).isEqualTo(3);
        assertThat(of(1, 1, new int[] {0, 0}, new int[0]).maxOverMean()).isEqualTo(1);
    }

    @Test
    void noTokensAreNoLoad() {
        RoutingStatistics statistics = of(4, 2, new int[0], new int[0]);
        assertThat(statistics.maxOverMean()).isZero();
        assertThat(statistics.entropy()).isZero();
        assertThat(statistics.deadExperts()).isEqualTo(4);
        assertThat(statistics.droppedTokens()).isZero();
        assertThat(statistics.overlap()).isEmpty();
    }

    @Test
    void overlapIsTheShareOfExpertsSeenBefore() {
        int[] before = {0, 1, 2, 3, 1, 0};
        assertThat(of(4, 2, new int[] {1, 0, 0, 2, 2, 3}, before).overlap())
                .isEqualTo(OptionalDouble.of(3 / 6.0));
        assertThat(of(4, 2, before, before).overlap()).isEqualTo(OptionalDouble.of(1));
        assertThat(of(4, 2, new int[] {2, 3, 0, 1, 2, 3}, before).overlap())
                .isEqualTo(OptionalDouble.of(0));
    }

    @Test
    void emptySlotsOverlapWithNothing() {
        int[] before = {0, -1};
        assertThat(of(4, 2, new int[] {0, -1}, before).overlap()).isEqualTo(OptionalDouble.of(0.5));
    }

    private static RoutingStatistics of(int experts, int topK, int[] ids, int[] previous) {
        try (Scope scope = Scope.open()) {
            int tokens = ids.length / topK;
            Tensor perSlot = Tensors.zeros(ScalarType.Float, tokens, topK);
            Tensor perExpert = Tensors.zeros(ScalarType.Float, tokens, experts);
            var routing =
                    new Routing(
                            tokens, topK, experts, ids, perSlot, perExpert, perExpert, List.of());
            return RoutingStatistics.of(0, DispatchPlan.of(routing), routing, previous);
        }
    }
}
