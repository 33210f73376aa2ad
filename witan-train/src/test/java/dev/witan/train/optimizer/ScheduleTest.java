// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ScheduleTest {
    @Test
    void warmupRisesLinearlyFromTheFirstStep() {
        var schedule = new Schedule.Constant(0.8, 4);
        assertThat(schedule.at(1, 100)).isEqualTo(0.2);
        assertThat(schedule.at(3, 100)).isCloseTo(0.6, within(1e-15));
        assertThat(schedule.at(4, 100)).isEqualTo(0.8);
        assertThat(schedule.at(99, 100)).isEqualTo(0.8);
    }

    @Test
    void warmupBelowOneIsAShareOfTheSteps() {
        var schedule = new Schedule.Constant(1, 0.1);
        assertThat(schedule.at(10, 200)).isEqualTo(0.5);
        assertThat(schedule.at(20, 200)).isEqualTo(1);
    }

    @Test
    void cosineGoesFromPeakThroughTheMiddleToTheMinimum() {
        var schedule = new Schedule.Cosine(2, 0.1, 10);
        assertThat(schedule.at(10, 110)).isEqualTo(2);
        assertThat(schedule.at(60, 110)).isCloseTo(2 * 0.55, within(1e-12));
        assertThat(schedule.at(110, 110)).isCloseTo(0.2, within(1e-12));
        assertThat(schedule.at(500, 110)).isCloseTo(0.2, within(1e-12));
    }

    @Test
    void noWarmupAndOneStepAreFinite() {
        assertThat(new Schedule.Cosine(1, 0, 0).at(1, 1)).isEqualTo(1);
        assertThat(new Schedule.Constant(1, 0).at(1, 0)).isEqualTo(1);
    }

    @Test
    void valuesOutsideTheirBoundsAreRefused() {
        assertThatThrownBy(() -> new Schedule.Cosine(1, 1.5, 0))
                .hasMessage("minimum must be in [0, 1], was 1.5");
        assertThatThrownBy(() -> new Schedule.Constant(-1, 0))
                .hasMessage("peak must be >= 0 and finite, was -1.0");
        assertThatThrownBy(() -> new Schedule.Constant(1, Double.NaN))
                .hasMessageStartingWith("warmup must be >= 0");
    }
}
