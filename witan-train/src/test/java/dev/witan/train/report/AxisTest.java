// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "1.2, 5.54",
        "-3, 7",
        "0, 0",
        "5, 5",
        "-1e-9, 1e-9",
        "1e12, 1.0000001e12",
        "-1e150, 1e150",
        "0, 4.9e-324",
        "13, 10007"
    })
    void everyRangeGetsAFewRoundTicks(double low, double high) {
        for (boolean round : new boolean[] {false, true}) {
            Axis axis = Axis.over(low, high, 6, round);
            assertThat(axis.low()).isLessThanOrEqualTo(low);
            assertThat(axis.high()).isGreaterThanOrEqualTo(high);
            assertThat(axis.ticks()).hasSizeBetween(2, 9).isSorted();
            assertThat(axis.position(low)).isBetween(-1e-6, 1.0);
            double lead = axis.tickStep() / Math.pow(10, Math.floor(Math.log10(axis.tickStep())));
            assertThat(Math.round(lead)).isIn(1L, 2L, 5L, 10L);
        }
    }

    @Test
    void ticksOfOneAxisShareAUnit() {
        assertThat(Numbers.tick(0, 5000, 20_000)).isEqualTo("0");
        assertThat(Numbers.tick(5000, 5000, 20_000)).isEqualTo("5 k");
        assertThat(Numbers.tick(500, 500, 2000)).isEqualTo("500");
        assertThat(Numbers.tick(2_500_000, 500_000, 10_000_000)).isEqualTo("2.5 M");
        assertThat(Numbers.tick(1.25, 0.05, 1.5)).isEqualTo("1.25");
        assertThat(Numbers.tick(-0.2, 0.2, 1)).isEqualTo("-0.2");
        assertThat(Numbers.tick(2e-9, 1e-9, 4e-9)).isEqualTo("2.0e-09");
    }
}
