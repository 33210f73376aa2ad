// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.function.UnaryOperator;

/// Rounds under faults; a failing seed is in the message and gives the same history again.
class RoundSimulationTest {
    @Test
    void trunksAreEqualOrTheRoundIsVoid() {
        int[] ends = new int[3];
        for (long seed = 0; seed < 1500; seed++) {
            ends[
                    1
                            + new RoundSimulation(
                                            seed, RoundSimulation.REAL, UnaryOperator.identity())
                                    .run()]++;
        }
        System.out.printf(
                "1500 rounds: %d averaged, %d void, %d known to nobody%n",
                ends[2], ends[1], ends[0]);
        assertThat(ends[2]).isGreaterThan(700);
        assertThat(ends[1]).isGreaterThan(20);
    }
}
