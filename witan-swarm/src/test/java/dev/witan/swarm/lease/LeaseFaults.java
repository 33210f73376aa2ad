// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import org.jspecify.annotations.Nullable;

/// What is wrong with the peers of a simulation; nothing in the real ones.
///
/// @param timing another timing of holders and members
/// @param voting another timing of voters
/// @param forgets what the disk loses in a crash
/// @param countsFromAnswer leases begin with the answer instead of the question
/// @param restartsAsNew a restarted voter does not wait
/// @param oneIncarnation a restarted holder takes its old votes for its own
record LeaseFaults(
        @Nullable LeaseTiming timing,
        @Nullable LeaseTiming voting,
        SimulatedStore.Forgets forgets,
        boolean countsFromAnswer,
        boolean restartsAsNew,
        boolean oneIncarnation) {
    static final LeaseFaults NONE =
            new LeaseFaults(null, null, SimulatedStore.Forgets.NOTHING, false, false, false);

    LeaseFaults withTiming(LeaseTiming other) {
        return new LeaseFaults(
                other, voting, forgets, countsFromAnswer, restartsAsNew, oneIncarnation);
    }

    LeaseFaults withVoting(LeaseTiming other) {
        return new LeaseFaults(
                timing, other, forgets, countsFromAnswer, restartsAsNew, oneIncarnation);
    }

    LeaseFaults forgetting(SimulatedStore.Forgets other) {
        return new LeaseFaults(
                timing, voting, other, countsFromAnswer, restartsAsNew, oneIncarnation);
    }

    LeaseFaults countingFromAnswer() {
        return new LeaseFaults(timing, voting, forgets, true, restartsAsNew, oneIncarnation);
    }

    LeaseFaults restartingAsNew() {
        return new LeaseFaults(timing, voting, forgets, countsFromAnswer, true, oneIncarnation);
    }

    LeaseFaults withOneIncarnation() {
        return new LeaseFaults(timing, voting, forgets, countsFromAnswer, restartsAsNew, true);
    }
}
