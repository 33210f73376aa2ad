// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RoutingMetricsTest {
    @Test
    void anEvenLoadIsPerfectlyBalanced() {
        var metrics = RoutingMetrics.of(0, 0, 0, new long[] {5, 5, 5, 5, 5, 5, 5});
        assertThat(metrics.maxOverMean()).isEqualTo(1);
        assertThat(metrics.entropy()).isCloseTo(Math.log(7), within(1e-12));
        assertThat(metrics.deadExperts()).isZero();
    }

    @Test
    void oneExpertWithEverythingHasNoEntropy() {
        var metrics = RoutingMetrics.of(0, 0, 0, new long[] {0, 9, 0});
        assertThat(metrics.maxOverMean()).isEqualTo(3);
        assertThat(metrics.entropy()).isZero();
        assertThat(metrics.deadExperts()).isEqualTo(2);
    }

    @Test
    void withoutTokensBalanceIsUnknown() {
        var metrics = RoutingMetrics.of(0, 0, 0, new long[2]);
        assertThat(metrics.maxOverMean()).isNaN();
        assertThat(metrics.entropy()).isNaN();
        assertThat(metrics.deadExperts()).isEqualTo(2);
    }

    @Test
    void countsAreCopied() {
        long[] counts = {1, 2};
        var metrics = RoutingMetrics.of(0, 0, 0, counts);
        counts[0] = 99;
        assertThat(metrics.tokensPerExpert()).containsExactly(1L, 2L);
    }

    @Test
    void negativeNumbersAreRefused() {
        assertThatThrownBy(() -> RoutingMetrics.of(0, 0, 0, new long[] {-1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tokensPerExpert must be at least 0, was -1");
        assertThatThrownBy(() -> RoutingMetrics.of(0, -1, 0, new long[0]))
                .hasMessage("layer must be at least 0, was -1");
    }
}
