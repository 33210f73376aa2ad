// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/// Faulty peers: the simulation must find each of them in a few hundred histories.
@Tag("mutants")
class LeaseMutantsTest {
    private static final int SEEDS = 600;
    private static final LeaseTiming REAL = LeaseSimulation.TIMING;

    static Map<String, LeaseFaults> variants() {
        LeaseFaults none = LeaseFaults.NONE;
        Duration moment = Duration.ofNanos(1);
        var variants = new TreeMap<String, LeaseFaults>();
        variants.put("lease counted from the answer", none.countingFromAnswer());
        variants.put("vote not durable before the answer", forgets(SimulatedStore.Forgets.VOTES));
        variants.put(
                "no drift margin",
                none.withTiming(new LeaseTiming(REAL.term(), REAL.right(), Duration.ZERO))
                        .withVoting(new LeaseTiming(REAL.term(), REAL.right(), Duration.ZERO)));
        variants.put(
                "voter does not let the old lease run out",
                none.withVoting(new LeaseTiming(moment, REAL.right(), REAL.driftMargin())));
        variants.put(
                "right to vote does not end in time",
                none.withTiming(
                                new LeaseTiming(
                                        REAL.term(), Duration.ofSeconds(8), REAL.driftMargin()))
                        .withVoting(REAL));
        variants.put("restarted voter does not wait", none.restartingAsNew());
        variants.put("restarted holder renews its old epoch", none.withOneIncarnation());
        return variants;
    }

    private static LeaseFaults forgets(SimulatedStore.Forgets what) {
        return LeaseFaults.NONE.forgetting(what);
    }

    static Set<String> names() {
        return variants().keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void isFound(String name) {
        LeaseFaults faults = Objects.requireNonNull(variants().get(name));
        String found = "";
        for (long seed = 0; seed < SEEDS && found.isEmpty(); seed++) {
            try {
                new LeaseSimulation(seed, faults).run();
            } catch (AssertionError e) {
                found = String.valueOf(e.getMessage());
            }
        }
        System.out.println(name + ": " + found);
        assertThat(found).isNotEmpty().doesNotContain("0 primaries");
    }

    /// The simulation meets the moment too rarely: a second proposer, between a majority's consent
    /// and the news of it, at a member that restarted.
    @Test
    void consentNotDurableBeforeTheAnswerIsFound() throws IOException {
        LeasePeerTest.consentSurvivesARestart(SimulatedStore.Forgets.NOTHING);
        assertThatThrownBy(() ->
                        LeasePeerTest.consentSurvivesARestart(SimulatedStore.Forgets.MEMBERSHIP))
                .isInstanceOf(AssertionError.class);
    }
}
