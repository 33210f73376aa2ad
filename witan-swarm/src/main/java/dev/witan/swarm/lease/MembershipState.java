// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.consensus.Acceptor;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// What a member knows of the configurations, durably.
///
/// @param current the latest configuration that it knows to be chosen
/// @param consents members of its predecessor that chose it; empty for the first
/// @param successor what this member has answered about the configuration after the current one
public record MembershipState(
        Configuration current, SortedSet<PeerId> consents, Acceptor<Configuration> successor) {
    /// Copies the set.
    public MembershipState {
        consents = Collections.unmodifiableSortedSet(new TreeSet<>(consents));
    }

    /// A configuration whose successor nobody has asked about.
    public static MembershipState of(Configuration current, SortedSet<PeerId> consents) {
        return new MembershipState(current, consents, Acceptor.fresh());
    }

    MembershipState with(Acceptor<Configuration> answered) {
        return new MembershipState(current, consents, answered);
    }
}
