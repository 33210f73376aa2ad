// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.consensus.Proposal;
import dev.witan.swarm.placement.Rendezvous;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// A numbered set of members. Number 1 is the swarm's first; each further one is chosen by a
/// majority of the members of the one before.
///
/// @param number from 1
/// @param members who is in
public record Configuration(long number, SortedSet<PeerId> members) {
    /// Most members.
    public static final int MEMBERS_MAX = 4096;

    private static final int FEW_VOTERS = 3;
    private static final int MANY_VOTERS = 5;
    private static final int MANY_VOTERS_FROM = 7;

    /// Copies and checks.
    public Configuration {
        if (number < 1) {
            throw new IllegalArgumentException("number must be >= 1, was " + number);
        }
        if (members.isEmpty() || members.size() > MEMBERS_MAX) {
            throw new IllegalArgumentException(
                    "members must be in [1, " + MEMBERS_MAX + "], were " + members.size());
        }
        members = Collections.unmodifiableSortedSet(new TreeSet<>(members));
    }

    /// The peers that vote about an expert: 3, from seven members on 5, all of them if they are
    /// fewer.
    public List<PeerId> voters(ExpertId expert) {
        return Rendezvous.winners(
                Rendezvous.Purpose.VOTERS, expert, members, votersWanted(members.size()));
    }

    private static int votersWanted(int members) {
        return members >= MANY_VOTERS_FROM ? MANY_VOTERS : FEW_VOTERS;
    }

    /// How many members are more than half.
    public int majority() {
        return Proposal.majority(members.size());
    }

    /// Whether a voter's knowledge of an expert under this configuration is enough under the next:
    /// it was and is a voter, and no majority of the next voters is less than one of the present.
    boolean carriesOver(Configuration next, ExpertId expert, PeerId voter) {
        List<PeerId> before = voters(expert);
        List<PeerId> after = next.voters(expert);
        return next.number == number + 1
                && after.size() >= before.size()
                && before.contains(voter)
                && after.contains(voter);
    }
}
