// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A peer's part as voter: which epochs it has given to whom, and until when it gives no other.
///
/// **Threads.** One at a time.
final class LeaseVoter {
    /// Kept changes of configuration; more in the time of one hand-over are treated as a restart.
    private static final int CHANGES_MAX = 64;

    private final PeerId self;
    private final LeaseTiming timing;
    private final VoterStore store;
    private final Map<ExpertId, Vote> votes;
    private final Map<ExpertId, Long> heldUntil = new HashMap<>();
    private final Deque<Change> changes = new ArrayDeque<>();

    /// A change of configuration; without `before` nothing is known of the time before.
    private record Change(
            Optional<Configuration> before, Optional<Configuration> after, long nanos) {
        boolean carriesOver(ExpertId expert, PeerId voter) {
            return before.isPresent()
                    && after.isPresent()
                    && before.get().carriesOver(after.get(), expert, voter);
        }
    }

    LeaseVoter(PeerId self, LeaseTiming timing, VoterStore store, Map<ExpertId, Vote> votes) {
        this.self = self;
        this.timing = timing;
        this.store = store;
        this.votes = new HashMap<>(votes);
    }

    /// From here on nothing is known of earlier leases.
    void restarted(long nowNanos) {
        changes.clear();
        changes.add(new Change(Optional.empty(), Optional.empty(), nowNanos));
    }

    void changed(Configuration before, Configuration after, long nowNanos) {
        if (changes.size() == CHANGES_MAX) {
            restarted(nowNanos);
        }
        changes.add(new Change(Optional.of(before), Optional.of(after), nowNanos));
    }

    /// Answers a request; nothing if the vote could not be stored.
    ///
    /// @param standing what this peer may do now
    Optional<LeaseMessage> receive(
            PeerId candidate, LeaseMessage.Request request, Standing standing, long nowNanos) {
        Optional<Vote> vote = Optional.ofNullable(votes.get(request.expert()));
        Optional<LeaseMessage.Reason> reason =
                objection(candidate, request, standing, vote, nowNanos);
        if (reason.isPresent()) {
            return Optional.of(
                    new LeaseMessage.Refused(
                            request.expert(), reason.get(), vote, request.attempt()));
        }
        Vote given = request.vote();
        // Before the write: if that fails half way, the vote may be there after a restart.
        votes.put(request.expert(), given);
        heldUntil.put(request.expert(), nowNanos + timing.holdNanos());
        if (vote.isEmpty() || !vote.get().equals(given)) {
            try {
                store.save(request.expert(), given);
            } catch (IOException e) {
                return Optional.empty();
            }
        }
        return Optional.of(
                new LeaseMessage.Granted(request.expert(), given.epoch(), request.attempt()));
    }

    /// What the voter's own peer may do.
    ///
    /// @param configuration the one it is in
    /// @param mayVote whether it has the right to vote
    record Standing(Configuration configuration, boolean mayVote) {}

    private Optional<LeaseMessage.Reason> objection(
            PeerId candidate,
            LeaseMessage.Request request,
            Standing standing,
            Optional<Vote> vote,
            long nowNanos) {
        Configuration current = standing.configuration();
        ExpertId expert = request.expert();
        if (request.configuration() != current.number()
                || !request.vote().holder().equals(candidate)) {
            return Optional.of(LeaseMessage.Reason.OTHER_CONFIGURATION);
        }
        if (!current.members().contains(candidate)) {
            return Optional.of(LeaseMessage.Reason.NOT_A_MEMBER);
        }
        if (!current.voters(expert).contains(self)) {
            return Optional.of(LeaseMessage.Reason.NOT_A_VOTER);
        }
        if (!standing.mayVote() || waits(expert, nowNanos)) {
            return Optional.of(LeaseMessage.Reason.WAITING);
        }
        if (vote.isPresent() && vote.get().equals(request.vote())) {
            return Optional.empty();
        }
        Epoch epoch = request.vote().epoch();
        if (epoch.configuration() != current.number()) {
            return Optional.of(LeaseMessage.Reason.OTHER_CONFIGURATION);
        }
        if (vote.isPresent() && epoch.compareTo(vote.get().epoch()) <= 0) {
            return Optional.of(LeaseMessage.Reason.EPOCH_TAKEN);
        }
        boolean other = vote.isPresent() && !vote.get().holder().equals(candidate);
        if (other && isHeld(expert, nowNanos)) {
            return Optional.of(LeaseMessage.Reason.HELD);
        }
        return Optional.empty();
    }

    /// A holder that gives an epoch up never uses it again, so its lease is over at once.
    void receive(PeerId holder, LeaseMessage.Released released) {
        Vote vote = votes.get(released.expert());
        if (released.vote().equals(vote) && released.vote().holder().equals(holder)) {
            heldUntil.remove(released.expert());
        }
    }

    private boolean isHeld(ExpertId expert, long nowNanos) {
        Long until = heldUntil.get(expert);
        return until != null && nowNanos - until < 0;
    }

    private boolean waits(ExpertId expert, long nowNanos) {
        changes.removeIf(change -> nowNanos - change.nanos() >= timing.handOverNanos());
        return changes.stream().anyMatch(change -> !change.carriesOver(expert, self));
    }
}
