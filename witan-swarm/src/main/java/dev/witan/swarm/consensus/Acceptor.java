// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.consensus;

import java.util.Optional;

/// What an acceptor has promised and accepted. A new value has to be durable before the answer
/// leaves that follows from it; an acceptor that lost its state must not answer any more.
///
/// **Source.** Lamport, Paxos made simple, 2001, section 2.
///
/// @param <V> the values agreed upon
/// @param promised the highest ballot answered; lower ones are rejected
/// @param accepted the last accepted value
public record Acceptor<V>(Optional<Ballot> promised, Optional<Accepted<V>> accepted) {
    /// A value accepted in a ballot.
    ///
    /// @param <V> the values agreed upon
    /// @param ballot the ballot
    /// @param value the value
    public record Accepted<V>(Ballot ballot, V value) {}

    /// An acceptor that has answered nobody.
    public static <V> Acceptor<V> fresh() {
        return new Acceptor<>(Optional.empty(), Optional.empty());
    }

    /// Whether a ballot is not below the promise.
    public boolean admits(Ballot ballot) {
        return promised.isEmpty() || promised.get().compareTo(ballot) <= 0;
    }

    /// The state after a promise; the caller has seen that it [#admits] the ballot.
    public Acceptor<V> promise(Ballot ballot) {
        return new Acceptor<>(Optional.of(ballot), accepted);
    }

    /// The state after an acceptance; the caller has seen that it [#admits] the ballot.
    public Acceptor<V> accept(Ballot ballot, V value) {
        return new Acceptor<>(Optional.of(ballot), Optional.of(new Accepted<>(ballot, value)));
    }
}
