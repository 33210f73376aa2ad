// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.witan.lab.statistics.Spread;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Objects;

class PooledTestTest {

    @Test
    void pooledTestEqualsAHandComputedOne() {
        // Means 2 and 5, pooled variance (2 + 6) / (2 + 2) = 2, so t = -3 / sqrt(2 · 2/3).
        PooledTest test = PooledTest.of("a", spread(1, 2, 3), "b", spread(4, 4, 7));
        assertThat(test.difference()).isEqualTo(-3);
        assertThat(test.degreesOfFreedom()).isEqualTo(4);
        assertThat(test.t()).isCloseTo(-3 / Math.sqrt(4.0 / 3), within(1e-15));
        assertThat(test.p()).isCloseTo(0.0601698, within(1e-7));
    }

    @Test
    void pooledTestOfConstantSamplesIsCertain() {
        assertThat(PooledTest.of("a", spread(1, 1), "b", spread(2, 2)).p()).isZero();
        assertThat(PooledTest.of("a", spread(1, 1), "b", spread(1, 1)).p()).isEqualTo(1);
        assertThatThrownBy(() -> PooledTest.of("a", spread(1), "b", spread(1, 2)))
                .hasMessage("samples must have at least 2 values, had 1 and 2");
    }

    private static Spread spread(Integer... values) {
        return Objects.requireNonNull(Spread.of(List.of(values)));
    }
}
