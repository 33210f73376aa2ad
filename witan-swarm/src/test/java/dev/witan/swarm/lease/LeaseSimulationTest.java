// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Leases under faults; a failing seed is in the message and gives the same history again.
class LeaseSimulationTest {
    private static final int SEEDS = 500;

    @Test
    void noTwoPrimariesEpochsRiseAndEveryExpertFindsOne() {
        long grants = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var simulation = new LeaseSimulation(seed, LeaseFaults.NONE);
            simulation.run();
            grants += simulation.grants();
        }
        System.out.printf("%d seeds, %d grants and renewals%n", SEEDS, grants);
        assertThat(grants).isGreaterThan(50L * SEEDS);
    }

    @Test
    void aSeedIsOneHistory() {
        for (long seed = 0; seed < 3; seed++) {
            assertThat(new LeaseSimulation(seed, LeaseFaults.NONE).run())
                    .isEqualTo(new LeaseSimulation(seed, LeaseFaults.NONE).run());
        }
    }
}
