// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OrderStatisticsTest {
    @Test
    void oddCountsHaveAMiddle() {
        assertThat(OrderStatistics.of(3, 1, 2)).isEqualTo(new OrderStatistics(2, 1, 3, 3));
        assertThat(OrderStatistics.of(5)).isEqualTo(new OrderStatistics(5, 5, 5, 1));
    }

    @Test
    void evenCountsTakeTheMeanOfTheTwoInTheMiddle() {
        assertThat(OrderStatistics.of(4, 1, 8, 2)).isEqualTo(new OrderStatistics(3, 1, 8, 4));
    }

    @Test
    void theArgumentKeepsItsOrder() {
        double[] values = {2, 1};
        OrderStatistics.of(values);
        assertThat(values).containsExactly(2, 1);
    }

    @Test
    void nothingHasNone() {
        assertThatThrownBy(OrderStatistics::of)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values must not be empty");
    }
}
