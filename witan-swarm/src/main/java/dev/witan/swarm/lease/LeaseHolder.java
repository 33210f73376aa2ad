// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.consensus.Proposal;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A peer's part as primary: the leases that it wants and those that it has.
///
/// **Threads.** One at a time.
final class LeaseHolder {
    /// Candidates of one expert spread their attempts over up to this power of two eighths of a
    /// term.
    private static final int CONTENTIONS_MAX = 3;

    private final LeaseTiming timing;
    private final RandomGenerator random;
    private final PeerId self;
    private final long incarnation;
    private final Map<ExpertId, Seat> seats = new TreeMap<>();

    /// The last epoch asked for, also of experts no longer wanted: a late release must not end a
    /// later use, so none is used again once given up.
    private final Map<ExpertId, Epoch> asked = new TreeMap<>();

    private long attempts;

    /// One wanted expert.
    private static final class Seat {
        @Nullable Lease lease;
        @Nullable Attempt attempt;
        @Nullable Epoch seen;
        long nextNanos;
        int contentions;
    }

    /// A lease of this peer.
    record Lease(Epoch epoch, long untilNanos) {
        boolean isValid(long nowNanos) {
            return nowNanos - untilNanos < 0;
        }
    }

    private record Attempt(
            long id,
            Epoch epoch,
            long sentNanos,
            List<PeerId> voters,
            Set<PeerId> granted,
            Set<PeerId> refused) {}

    LeaseHolder(PeerId self, LeaseTiming timing, RandomGenerator random) {
        this.self = self;
        this.timing = timing;
        this.random = random;
        this.incarnation = random.nextLong();
    }

    void want(ExpertId expert, long nowNanos) {
        seats.computeIfAbsent(
                expert,
                _ -> {
                    var seat = new Seat();
                    seat.nextNanos = nowNanos;
                    return seat;
                });
    }

    /// Gives up an expert; its voters are told so that a successor need not wait.
    List<Envelope> release(ExpertId expert) {
        Seat seat = seats.remove(expert);
        return seat == null || seat.attempt == null ? List.of() : releases(expert, seat.attempt);
    }

    Optional<Lease> lease(ExpertId expert, long nowNanos) {
        Seat seat = seats.get(expert);
        Lease lease = seat == null ? null : seat.lease;
        return lease != null && lease.isValid(nowNanos) ? Optional.of(lease) : Optional.empty();
    }

    /// Asks for what is missing and renews what is half over.
    List<Envelope> tick(Configuration configuration, long nowNanos) {
        var out = new ArrayList<Envelope>();
        if (!configuration.members().contains(self)) {
            return out;
        }
        seats.forEach((expert, seat) -> {
            if (nowNanos - seat.nextNanos >= 0) {
                out.addAll(ask(expert, seat, configuration, nowNanos));
            }
        });
        return out;
    }

    private List<Envelope> ask(
            ExpertId expert, Seat seat, Configuration configuration, long nowNanos) {
        var out = new ArrayList<Envelope>();
        if (seat.lease != null && !seat.lease.isValid(nowNanos)) {
            seat.lease = null;
        }
        Epoch epoch = epochFor(expert, seat, configuration);
        Attempt old = seat.attempt;
        if (old != null && seat.lease == null) {
            // Votes of an attempt without a majority would only keep others waiting.
            out.addAll(releases(expert, old));
        }
        var attempt =
                new Attempt(
                        ++attempts,
                        epoch,
                        nowNanos,
                        configuration.voters(expert),
                        new HashSet<>(),
                        new HashSet<>());
        seat.attempt = attempt;
        asked.put(expert, epoch);
        for (PeerId voter : attempt.voters()) {
            out.add(
                    new Envelope(
                            voter,
                            new LeaseMessage.Request(
                                    expert,
                                    new Vote(epoch, self, incarnation),
                                    configuration.number(),
                                    attempt.id())));
        }
        long base = seat.lease == null ? timing.termNanos() / 2 : timing.termNanos() / 8;
        seat.nextNanos = nowNanos + base + random.nextLong(base + 1);
        return out;
    }

    /// The epoch held, while it can be renewed; otherwise one that this peer never asked for
    /// before, because a late release of an old one must not end it.
    private Epoch epochFor(ExpertId expert, Seat seat, Configuration configuration) {
        if (seat.lease != null && seat.lease.epoch().configuration() == configuration.number()) {
            return seat.lease.epoch();
        }
        long number = configuration.number();
        Attempt asking = seat.lease == null ? null : seat.attempt;
        if (asking != null && asking.epoch().configuration() == number) {
            return asking.epoch();
        }
        long last = Math.max(numberIn(number, asked.get(expert)), numberIn(number, seat.seen));
        return new Epoch(number, last + 1);
    }

    private static long numberIn(long configuration, @Nullable Epoch epoch) {
        return epoch != null && epoch.configuration() == configuration ? epoch.number() : 0;
    }

    void receive(PeerId voter, LeaseMessage.Granted granted) {
        Seat seat = seats.get(granted.expert());
        Attempt attempt = seat == null ? null : seat.attempt;
        if (seat == null
                || attempt == null
                || attempt.id() != granted.attempt()
                || !attempt.voters().contains(voter)) {
            return;
        }
        attempt.granted().add(voter);
        if (attempt.granted().size() >= Proposal.majority(attempt.voters().size())) {
            // From before the request left, which is before any voter began to count.
            seat.lease = new Lease(attempt.epoch(), attempt.sentNanos() + timing.termNanos());
            seat.nextNanos = attempt.sentNanos() + timing.termNanos() / 2;
            seat.contentions = 0;
        }
    }

    /// Counts a refusal; what an attempt without hope was given is released at once.
    List<Envelope> receive(PeerId voter, LeaseMessage.Refused refused, long nowNanos) {
        Seat seat = seats.get(refused.expert());
        if (seat == null) {
            return List.of();
        }
        if (refused.vote().isPresent()) {
            seat.seen = max(seat.seen, refused.vote().get().epoch());
        }
        Attempt attempt = seat.attempt;
        if (attempt == null
                || attempt.id() != refused.attempt()
                || seat.lease != null
                || !attempt.voters().contains(voter)) {
            return List.of();
        }
        attempt.refused().add(voter);
        int left = attempt.voters().size() - attempt.refused().size();
        if (left >= Proposal.majority(attempt.voters().size())) {
            return List.of();
        }
        boolean contended = refused.reason() == LeaseMessage.Reason.HELD;
        seat.contentions = contended ? Math.min(seat.contentions + 1, CONTENTIONS_MAX) : 0;
        long step = timing.termNanos() / 8;
        seat.nextNanos = nowNanos + step + random.nextLong((step << seat.contentions) + 1);
        seat.attempt = null;
        return releases(refused.expert(), attempt);
    }

    private List<Envelope> releases(ExpertId expert, Attempt attempt) {
        var released =
                new LeaseMessage.Released(expert, new Vote(attempt.epoch(), self, incarnation));
        return attempt.voters().stream().map(v -> new Envelope(v, released)).toList();
    }

    private static Epoch max(@Nullable Epoch a, Epoch b) {
        return a == null || a.compareTo(b) < 0 ? b : a;
    }
}
