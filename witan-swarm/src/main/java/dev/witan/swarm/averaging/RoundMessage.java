// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import dev.witan.swarm.consensus.Acceptor;
import dev.witan.swarm.consensus.Ballot;

import java.util.Optional;

/// What participants of a round tell each other. Any of them may be lost, late, doubled or
/// overtaken. Arrays belong to the message and are not written to any more.
public sealed interface RoundMessage {
    /// The round.
    RoundId round();

    /// What the sender learned, for the owner of the slice.
    record Contribution(RoundId round, int slice, float[] values) implements RoundMessage {}

    /// A reduced slice.
    record Result(RoundId round, int slice, float[] values) implements RoundMessage {}

    /// Asks for a reduced slice.
    record Fetch(RoundId round, int slice, String hash) implements RoundMessage {}

    /// First question about the outcome.
    record Prepare(RoundId round, Ballot ballot) implements RoundMessage {}

    /// Answer to [Prepare].
    record Promised(
            RoundId round, Ballot ballot, Optional<Acceptor.Accepted<RoundOutcome>> accepted)
            implements RoundMessage {}

    /// Second question: accept this outcome.
    record Accept(RoundId round, Ballot ballot, RoundOutcome outcome) implements RoundMessage {}

    /// The outcome is accepted, and all its slices are held.
    record Accepted(RoundId round, Ballot ballot) implements RoundMessage {}

    /// A higher ballot was answered before.
    record Overtaken(RoundId round, Ballot promised) implements RoundMessage {}

    /// The outcome that a majority has accepted.
    record Decided(RoundId round, RoundOutcome outcome) implements RoundMessage {}
}
