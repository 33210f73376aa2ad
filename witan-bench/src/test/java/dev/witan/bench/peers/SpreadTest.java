// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void oddCountsHaveAMiddle() {
        assertThat(Spread.of(3, 1, 2)).isEqualTo(new Spread(2, 1, 3, 3));
        assertThat(Spread.of(5)).isEqualTo(new Spread(5, 5, 5, 1));
    }

    @Test
    void evenCountsTakeTheMeanOfTheTwoInTheMiddle() {
        assertThat(Spread.of(4, 1, 8, 2)).isEqualTo(new Spread(3, 1, 8, 4));
    }

    @Test
    void theArgumentKeepsItsOrder() {
        double[] values = {2, 1};
        Spread.of(values);
        assertThat(values).containsExactly(2, 1);
    }

    @Test
    void nothingHasNoSpread() {
        assertThatThrownBy(Spread::of)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values must not be empty");
    }
}
