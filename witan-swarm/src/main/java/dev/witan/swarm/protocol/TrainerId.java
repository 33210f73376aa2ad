// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import dev.witan.swarm.PeerId;

import java.util.Comparator;

/// The name of one caller: one run on one peer, whose gradients are kept apart from all others'.
///
/// A trainer that starts again, from a checkpoint or not, takes a new run name: its steps may begin
/// at a lower number than hosts have already closed.
///
/// @param run name of the run, at most 128 characters
/// @param peer the peer that routes
public record TrainerId(String run, PeerId peer) implements Comparable<TrainerId> {
    /// Most characters of a run's name.
    public static final int MAX_RUN_LENGTH = 128;

    private static final Comparator<TrainerId> ORDER =
            Comparator.comparing(TrainerId::run).thenComparing(TrainerId::peer);

    /// Checks the name.
    public TrainerId {
        if (run.isBlank() || run.length() > MAX_RUN_LENGTH) {
            throw new IllegalArgumentException(
                    "run must have 1 to " + MAX_RUN_LENGTH + " characters, had " + run.length());
        }
    }

    @Override
    public int compareTo(TrainerId other) {
        return ORDER.compare(this, other);
    }
}
