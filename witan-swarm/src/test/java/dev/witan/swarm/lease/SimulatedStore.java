// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.ExpertId;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A disk that outlives its peer's crashes, fails now and then, and lets the peer crash before or
/// after a write.
final class SimulatedStore implements VoterStore {
    /// The process is gone.
    static final class Crash extends IllegalStateException {
        private static final long serialVersionUID = 1;
    }

    /// What a faulty store does not keep over a crash.
    enum Forgets {
        NOTHING,
        VOTES,
        MEMBERSHIP
    }

    private final RandomGenerator random;
    private final Forgets forgets;
    private final Map<ExpertId, Vote> votes = new TreeMap<>();
    private Optional<MembershipState> membership = Optional.empty();

    /// Chance in 1,000 that a write goes wrong.
    int trouble;

    SimulatedStore(RandomGenerator random, Forgets forgets) {
        this.random = random;
        this.forgets = forgets;
    }

    @Override
    public Contents load() {
        return switch (forgets) {
            case NOTHING -> new Contents(votes, membership);
            case VOTES -> new Contents(Map.of(), membership);
            case MEMBERSHIP ->
                    new Contents(
                            votes,
                            membership.map(m -> MembershipState.of(m.current(), m.consents())));
        };
    }

    @Override
    public void save(ExpertId expert, Vote vote) throws IOException {
        write(() -> votes.put(expert, vote));
    }

    @Override
    public void save(MembershipState state) throws IOException {
        write(() -> membership = Optional.of(state));
    }

    private void write(Runnable write) throws IOException {
        int chance = random.nextInt(1000);
        boolean before = random.nextBoolean();
        if (chance >= trouble || before) {
            write.run();
        }
        if (chance < trouble) {
            if (random.nextBoolean()) {
                throw new Crash();
            }
            throw new IOException("disk full");
        }
    }
}
