// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import dev.witan.swarm.PeerId;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// What all participants of a round know before it begins.
///
/// @param id its name
/// @param participants sorted; participant i owns slice i first, then i + 1, ...
/// @param length elements of a contribution, at least one per participant
/// @param aggregator the same rule and limit for all
/// @param timing the same for all
public record RoundPlan(
        RoundId id, List<PeerId> participants, int length, Aggregator aggregator, Timing timing) {
    /// Most participants.
    public static final int PARTICIPANTS_MAX = 1024;

    /// Sorts the participants and checks.
    public RoundPlan {
        participants = List.copyOf(new TreeSet<>(participants));
        if (participants.isEmpty() || participants.size() > PARTICIPANTS_MAX) {
            throw new IllegalArgumentException(
                    "participants must be in [1, "
                            + PARTICIPANTS_MAX
                            + "], were "
                            + participants.size());
        }
        if (length < participants.size()) {
            throw new IllegalArgumentException(
                    "length must be >= " + participants.size() + ", was " + length);
        }
    }

    /// The plan of a round.
    public static RoundPlan of(
            RoundId id,
            Collection<PeerId> participants,
            int length,
            Aggregator aggregator,
            Timing timing) {
        return new RoundPlan(id, List.copyOf(participants), length, aggregator, timing);
    }

    /// How long the parts of a round take, counted by each participant from its own start.
    ///
    /// @param stage an owner has this long to deliver its slice before the next in order is asked;
    ///   it waits three quarters of it for contributions
    /// @param deadline from then on a round that is not decided is proposed as void
    /// @param giveUp from then on a participant that knows no decision is out
    public record Timing(Duration stage, Duration deadline, Duration giveUp) {
        /// Checks the order.
        public Timing {
            if (!stage.isPositive()
                    || deadline.compareTo(stage) < 0
                    || giveUp.compareTo(deadline) <= 0) {
                throw new IllegalArgumentException(
                        "0 < stage <= deadline < giveUp must hold, were "
                                + stage
                                + ", "
                                + deadline
                                + " and "
                                + giveUp);
            }
        }
    }

    int from(int slice) {
        return (int) ((long) length * slice / participants.size());
    }

    int to(int slice) {
        return from(slice + 1);
    }

    /// Who reduces a slice at the given attempt.
    PeerId owner(int slice, int attempt) {
        return participants.get((slice + attempt) % participants.size());
    }
}
