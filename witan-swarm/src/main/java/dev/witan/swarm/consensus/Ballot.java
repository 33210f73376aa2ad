// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.consensus;

import dev.witan.swarm.PeerId;

import java.util.Comparator;

/// One attempt to have a value chosen; no two proposers share one.
///
/// @param round raised by a proposer that wants to overtake
/// @param proposer who makes the attempt
public record Ballot(long round, PeerId proposer) implements Comparable<Ballot> {
    private static final Comparator<Ballot> ORDER =
            Comparator.comparingLong(Ballot::round).thenComparing(Ballot::proposer);

    /// Checks the round.
    public Ballot {
        if (round < 0) {
            throw new IllegalArgumentException("round must be >= 0, was " + round);
        }
    }

    @Override
    public int compareTo(Ballot other) {
        return ORDER.compare(this, other);
    }
}
