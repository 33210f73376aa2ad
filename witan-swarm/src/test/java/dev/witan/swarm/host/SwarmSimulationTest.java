// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.swarm.dispatch.DispatchCounters;
import dev.witan.swarm.host.SwarmSimulation.Parts;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.LongStream;

/// Hosts and trainers under loss, delay, repetition, reordering, cuts and crashes.
final class SwarmSimulationTest {
    private static final int SEEDS = 200;

    /// `-Dwitan.seed=N` replays one seed.
    @Test
    void whatMustNeverHappenDoesNot() {
        Long one = Long.getLong("witan.seed");
        check(one == null ? LongStream.range(0, SEEDS) : LongStream.of(one));
    }

    @Test
    @Tag("slow")
    void norInThousandsOfRuns() {
        check(LongStream.range(SEEDS, 2_000));
    }

    private static void check(LongStream seeds) {
        seeds.forEach(seed -> {
            var swarm = new SwarmSimulation(seed, Parts.STANDARD);
            List<String> violations = swarm.run();
            assertThat(violations).as(swarm::story).isEmpty();
        });
    }

    @Test
    void aSeedReplaysToTheSameCourse() {
        for (long seed : new long[] {3, 17}) {
            var first = new SwarmSimulation(seed, Parts.STANDARD);
            var second = new SwarmSimulation(seed, Parts.STANDARD);
            first.run();
            second.run();
            assertThat(second.simulation().digest()).isEqualTo(first.simulation().digest());
        }
    }

    /// A simulation in which nothing went wrong would prove nothing.
    @Test
    void everythingThatIsProvedIsTried() {
        long degraded = 0;
        long lostGradients = 0;
        long lostUpdates = 0;
        long recomputed = 0;
        long retries = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var swarm = new SwarmSimulation(seed, Parts.STANDARD);
            swarm.run();
            for (SimulatedTrainer trainer : swarm.trainers()) {
                DispatchCounters.Snapshot counters = trainer.dispatcher().counters();
                degraded += counters.degradedRows();
                lostGradients += counters.lostGradientRows();
                lostUpdates += counters.lostUpdates();
                recomputed += counters.recomputed();
                retries += counters.retries();
            }
        }
        assertThat(List.of(degraded, lostGradients, lostUpdates, recomputed, retries))
                .allMatch(count -> count > 10);
    }
}
