// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.consensus.Acceptor;
import dev.witan.swarm.consensus.Ballot;

import java.util.Optional;
import java.util.SortedSet;

/// What peers tell each other about leases and configurations. Any of them may be lost, late,
/// doubled or overtaken.
public sealed interface LeaseMessage {
    /// Asks a voter for an epoch, or to renew it.
    ///
    /// @param vote what the voter is to store: the epoch, the sender and its incarnation
    /// @param configuration number of the configuration that the candidate knows
    /// @param attempt tells the answers to this request from those to earlier ones
    record Request(ExpertId expert, Vote vote, long configuration, long attempt)
            implements LeaseMessage {}

    /// The voter has given or renewed the epoch.
    record Granted(ExpertId expert, Epoch epoch, long attempt) implements LeaseMessage {}

    /// The voter has not.
    ///
    /// @param vote the highest epoch that it has given and to whom, if any
    record Refused(ExpertId expert, Reason reason, Optional<Vote> vote, long attempt)
            implements LeaseMessage {}

    /// The candidate gives up an epoch that it will never use again.
    record Released(ExpertId expert, Vote vote) implements LeaseMessage {}

    /// A voter asks a member whether the configuration has no successor.
    record RightRequest(long configuration, long attempt) implements LeaseMessage {}

    /// The member has consented to none.
    record RightGranted(long configuration, long attempt) implements LeaseMessage {}

    /// First question about the successor of a configuration.
    record Prepare(long configuration, Ballot ballot) implements LeaseMessage {}

    /// Answer to [Prepare].
    record Promised(
            long configuration, Ballot ballot, Optional<Acceptor.Accepted<Configuration>> accepted)
            implements LeaseMessage {}

    /// Second question: consent to this successor.
    record Accept(long configuration, Ballot ballot, Configuration successor)
            implements LeaseMessage {}

    /// Consent to the successor.
    record Consented(long configuration, Ballot ballot) implements LeaseMessage {}

    /// A higher ballot was answered before.
    record Overtaken(long configuration, Ballot promised) implements LeaseMessage {}

    /// The latest configuration, with the members of its predecessor that chose it.
    record Chosen(Configuration configuration, SortedSet<PeerId> consents)
            implements LeaseMessage {}

    /// Why a voter does not vote.
    enum Reason {
        /// The candidate or the voter does not know the latest configuration.
        OTHER_CONFIGURATION,
        /// The candidate is no member.
        NOT_A_MEMBER,
        /// The peer is no voter of this expert.
        NOT_A_VOTER,
        /// The voter is new or restarted, or has not heard from a majority of the members.
        WAITING,
        /// The epoch is not above the highest given.
        EPOCH_TAKEN,
        /// Another holder's lease has not run out.
        HELD
    }
}
