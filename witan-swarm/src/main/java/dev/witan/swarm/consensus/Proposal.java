// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.consensus;

import dev.witan.swarm.PeerId;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A proposer's side of one ballot: counts promises, then acceptances.
///
/// **Threads.** One at a time.
///
/// @param <V> the values agreed upon
public final class Proposal<V> {
    private final Ballot ballot;
    private final Set<PeerId> acceptors;
    private final V own;
    private final Set<PeerId> promises = new TreeSet<>();
    private final Set<PeerId> acceptances = new TreeSet<>();
    private Optional<Acceptor.Accepted<V>> highest = Optional.empty();
    private Optional<V> value = Optional.empty();

    /// A ballot among `acceptors` for `own`, unless another value may have been chosen before.
    public Proposal(Ballot ballot, Collection<PeerId> acceptors, V own) {
        this.ballot = ballot;
        this.acceptors = Set.copyOf(acceptors);
        this.own = own;
    }

    /// More than half of `count`.
    public static int majority(int count) {
        return count / 2 + 1;
    }

    /// The ballot.
    public Ballot ballot() {
        return ballot;
    }

    /// Counts a promise; once a majority has promised, the value to ask acceptance of.
    public Optional<V> promised(PeerId from, Optional<Acceptor.Accepted<V>> accepted) {
        if (!acceptors.contains(from) || !promises.add(from)) {
            return value;
        }
        if (value.isEmpty()) {
            if (accepted.isPresent() && (highest.isEmpty() || above(accepted.get()))) {
                highest = accepted;
            }
            if (promises.size() >= majority(acceptors.size())) {
                value = Optional.of(highest.map(Acceptor.Accepted::value).orElse(own));
            }
        }
        return value;
    }

    /// Counts an acceptance; the value once a majority has accepted it, which makes it chosen.
    public Optional<V> accepted(PeerId from) {
        if (value.isPresent() && acceptors.contains(from)) {
            acceptances.add(from);
        }
        return acceptances.size() >= majority(acceptors.size()) ? value : Optional.empty();
    }

    /// Who accepted so far.
    public Set<PeerId> acceptances() {
        return Set.copyOf(acceptances);
    }

    private boolean above(Acceptor.Accepted<V> accepted) {
        return accepted.ballot().compareTo(highest.orElseThrow().ballot()) > 0;
    }
}
