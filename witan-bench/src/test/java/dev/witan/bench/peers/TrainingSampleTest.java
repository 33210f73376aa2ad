// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class TrainingSampleTest {
    @Test
    void theWarmUpIsNotTimed() {
        assertThat(sample(2, List.of(9.0, 9.0, 9.0, 9.0), List.of(50.0, 40.0, 2.0, 4.0)))
                .extracting(TrainingSample::tokensPerSecond)
                .isEqualTo(2048 / 3.0);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2})
    void aWarmUpThatLeavesNoStepIsRefused(int warmup) {
        assertThatThrownBy(() -> sample(warmup, List.of(9.0, 9.0), List.of(1.0, 1.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("warmup must be in [0, 2), was " + warmup);
    }

    @Test
    void everyStepNeedsALoss() {
        assertThatThrownBy(() -> sample(0, List.of(9.0), List.of(1.0, 1.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lmLoss must have 2 values like seconds, had 1");
    }

    private static TrainingSample sample(int warmup, List<Double> losses, List<Double> seconds) {
        return new TrainingSample("witan", "explicit", "float32", warmup, 2048, losses, seconds, 1);
    }
}
