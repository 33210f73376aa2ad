// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.consensus.Acceptor;
import dev.witan.swarm.consensus.Ballot;
import dev.witan.swarm.consensus.Proposal;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// One participant's part in one round.
///
/// Each participant sends slice i of its contribution to participant i, which reduces it and sends
/// the result to all. Who misses the result of a slice after a stage sends its contribution to the
/// next in order, which reduces it anew. Then the participants agree, by one decree of Paxos,
/// either on the hashes of all slices or on nothing: a participant accepts hashes only when it
/// holds those slices, so a chosen result is held by a majority and the others fetch it. The first
/// participant proposes as soon as it holds everything; the others later, one after the other; from
/// the deadline on everyone proposes nothing, which becomes the outcome unless hashes may have been
/// chosen already.
///
/// So all who learn an outcome learn the same one. Who is cut off from the majority learns none
/// ([RoundStatus.Lost]); with two participants that is the survivor of the other's death.
///
/// A participant that restarts has forgotten its promises and must not come back to the round.
///
/// The caller delivers messages and calls [#tick] several times per stage.
///
/// **Threads.** One at a time.
public final class AveragingRound {
    private final PeerId self;
    private final RoundPlan plan;
    private final float[] own;
    private final long startNanos;
    private final SliceTable table;
    private final int[] nextAttempt;
    private final boolean[] reduced;
    private final int rank;
    private Acceptor<RoundOutcome> acceptor = Acceptor.fresh();
    private @Nullable Proposal<RoundOutcome> proposal;
    private @Nullable RoundOutcome decided;
    private RoundStatus status = new RoundStatus.Running();
    private long ballotRound;
    private long proposeAtNanos;
    private long fetchAtNanos;
    private int ignored;

    /// A participation that begins now; the first messages come from [#tick].
    ///
    /// @param contribution what this participant learned; neither kept from change nor changed
    public AveragingRound(PeerId self, RoundPlan plan, float[] contribution, long nowNanos) {
        this.self = self;
        this.plan = plan;
        this.own = contribution;
        this.startNanos = nowNanos;
        this.rank = plan.participants().indexOf(self);
        if (rank < 0) {
            throw new IllegalArgumentException(self + " is not a participant of the round");
        }
        if (contribution.length != plan.length()) {
            throw new IllegalArgumentException(
                    "contribution must have "
                            + plan.length()
                            + " elements, had "
                            + contribution.length);
        }
        table = new SliceTable(plan);
        nextAttempt = new int[table.slices()];
        reduced = new boolean[table.slices()];
        // Later ranks give earlier ones time, until the deadline makes everyone propose.
        long patience = stage() * (1 + rank);
        proposeAtNanos = nowNanos + (rank == 0 ? 0 : Math.min(patience, deadline()));
        fetchAtNanos = nowNanos;
    }

    /// How the round stands here.
    public RoundStatus status() {
        return status;
    }

    /// What a participant would have that took whatever it saw first; none while a slice is
    /// missing.
    Optional<RoundStatus> firstSeen() {
        return table.firsts() instanceof RoundOutcome.Slices slices
                ? Optional.of(averaged(slices))
                : Optional.empty();
    }

    /// Messages that were ignored: of other rounds, or from peers that do not take part.
    public int ignored() {
        return ignored;
    }

    /// Contributions that this participant dropped as an owner.
    public int dropped() {
        return table.dropped();
    }

    /// What to send now without having been asked.
    public List<Letter> tick(long nowNanos) {
        var out = new ArrayList<Letter>();
        if (!(status instanceof RoundStatus.Running)) {
            return out;
        }
        long elapsed = nowNanos - startNanos;
        if (elapsed >= plan.timing().giveUp().toNanos()) {
            status = new RoundStatus.Lost();
            return out;
        }
        if (decided != null) {
            fetch(decided, nowNanos, out);
            return out;
        }
        for (int slice = 0; slice < table.slices(); slice++) {
            contribute(slice, elapsed, out);
            reduceLate(slice, elapsed, out);
        }
        propose(nowNanos, out);
        return out;
    }

    private void contribute(int slice, long elapsed, List<Letter> out) {
        int attempts = plan.participants().size();
        boolean due = elapsed >= nextAttempt[slice] * stage();
        if (due && nextAttempt[slice] < attempts && table.first(slice) == null) {
            float[] part = Arrays.copyOfRange(own, plan.from(slice), plan.to(slice));
            PeerId owner = plan.owner(slice, nextAttempt[slice]++);
            out.add(new Letter(owner, new RoundMessage.Contribution(plan.id(), slice, part)));
        }
    }

    /// An owner that waited long enough for the others.
    private void reduceLate(int slice, long elapsed, List<Letter> out) {
        int attempt = Math.floorMod(rank - slice, plan.participants().size());
        if (elapsed >= attempt * stage() + stage() * 3 / 4 && table.first(slice) == null) {
            reduce(slice, out);
        }
    }

    private void reduce(int slice, List<Letter> out) {
        if (!reduced[slice]) {
            float[] result = table.reduce(slice);
            if (result != null) {
                reduced[slice] = true;
                toOthers(out, new RoundMessage.Result(plan.id(), slice, result));
            }
        }
    }

    private void propose(long nowNanos, List<Letter> out) {
        boolean late = nowNanos - startNanos >= deadline();
        RoundOutcome value = late ? new RoundOutcome.Nothing() : table.firsts();
        boolean ready = late || value instanceof RoundOutcome.Slices;
        if (ready && nowNanos - proposeAtNanos >= 0) {
            var ballot = new Ballot(++ballotRound, self);
            proposal = new Proposal<>(ballot, plan.participants(), value);
            // Unequal pauses, so that proposers do not overtake each other for ever.
            proposeAtNanos = nowNanos + stage() / 2 * (2 + rank);
            toAll(out, new RoundMessage.Prepare(plan.id(), ballot));
        }
    }

    /// What to send in answer to a message.
    ///
    /// @param from the authenticated sender
    public List<Letter> receive(PeerId from, RoundMessage message, long nowNanos) {
        var out = new ArrayList<Letter>();
        if (!message.round().equals(plan.id()) || !plan.participants().contains(from)) {
            ignored++;
            return out;
        }
        switch (message) {
            case RoundMessage.Contribution m -> take(from, m, out);
            case RoundMessage.Result m -> {
                table.hold(m.slice(), m.values());
                finish();
            }
            case RoundMessage.Fetch m -> answer(from, m, out);
            case RoundMessage.Prepare m -> promise(from, m, out);
            case RoundMessage.Promised m -> ask(from, m, out);
            case RoundMessage.Accept m -> accept(from, m, nowNanos, out);
            case RoundMessage.Accepted m -> count(from, m, out);
            case RoundMessage.Overtaken m ->
                    ballotRound = Math.max(ballotRound, m.promised().round());
            case RoundMessage.Decided m -> decide(m.outcome());
        }
        return out;
    }

    private void take(PeerId from, RoundMessage.Contribution message, List<Letter> out) {
        if (!table.gather(from, message.slice(), message.values())) {
            return;
        }
        float[] known = table.first(message.slice());
        if (known != null) {
            // The sender misses it, or it would not have come here.
            out.add(new Letter(from, new RoundMessage.Result(plan.id(), message.slice(), known)));
        } else if (table.hasAll(message.slice())) {
            reduce(message.slice(), out);
        }
    }

    private void answer(PeerId from, RoundMessage.Fetch fetch, List<Letter> out) {
        float[] values = table.result(fetch.slice(), fetch.hash());
        if (values != null) {
            out.add(new Letter(from, new RoundMessage.Result(plan.id(), fetch.slice(), values)));
        }
    }

    private void promise(PeerId from, RoundMessage.Prepare prepare, List<Letter> out) {
        if (decided != null) {
            out.add(new Letter(from, new RoundMessage.Decided(plan.id(), decided)));
        } else if (acceptor.admits(prepare.ballot())) {
            acceptor = acceptor.promise(prepare.ballot());
            var promised =
                    new RoundMessage.Promised(plan.id(), prepare.ballot(), acceptor.accepted());
            out.add(new Letter(from, promised));
        } else {
            out.add(new Letter(from, overtaken()));
        }
    }

    private void ask(PeerId from, RoundMessage.Promised promised, List<Letter> out) {
        Proposal<RoundOutcome> open = proposal;
        if (open != null && open.ballot().equals(promised.ballot())) {
            Optional<RoundOutcome> value = open.promised(from, promised.accepted());
            value.ifPresent(outcome ->
                    toAll(out, new RoundMessage.Accept(plan.id(), promised.ballot(), outcome)));
        }
    }

    private void accept(PeerId from, RoundMessage.Accept accept, long nowNanos, List<Letter> out) {
        if (decided != null) {
            out.add(new Letter(from, new RoundMessage.Decided(plan.id(), decided)));
        } else if (!acceptor.admits(accept.ballot())) {
            out.add(new Letter(from, overtaken()));
        } else if (!table.missing(accept.outcome()).isEmpty()) {
            // No answer now; the next question finds the slices here.
            fetch(accept.outcome(), nowNanos, out);
        } else {
            acceptor = acceptor.accept(accept.ballot(), accept.outcome());
            out.add(new Letter(from, new RoundMessage.Accepted(plan.id(), accept.ballot())));
        }
    }

    private void count(PeerId from, RoundMessage.Accepted accepted, List<Letter> out) {
        Proposal<RoundOutcome> open = proposal;
        if (decided == null && open != null && open.ballot().equals(accepted.ballot())) {
            Optional<RoundOutcome> chosen = open.accepted(from);
            if (chosen.isPresent()) {
                toOthers(out, new RoundMessage.Decided(plan.id(), chosen.get()));
                decide(chosen.get());
            }
        }
    }

    private void decide(RoundOutcome outcome) {
        if (decided == null) {
            decided = outcome;
            finish();
        }
    }

    /// Ends the round here once the outcome is known and held.
    private void finish() {
        if (decided == null || !(status instanceof RoundStatus.Running)) {
            return;
        }
        switch (decided) {
            case RoundOutcome.Nothing _ -> status = new RoundStatus.Voided();
            case RoundOutcome.Slices slices -> {
                if (table.missing(slices).isEmpty()) {
                    status = averaged(slices);
                }
            }
        }
    }

    private RoundStatus averaged(RoundOutcome.Slices slices) {
        float[] values = table.assemble(slices);
        return new RoundStatus.Averaged(values, RoundId.hash(values));
    }

    private void fetch(RoundOutcome outcome, long nowNanos, List<Letter> out) {
        if (nowNanos - fetchAtNanos < 0 || !(outcome instanceof RoundOutcome.Slices slices)) {
            return;
        }
        fetchAtNanos = nowNanos + stage() / 4;
        if (slices.hashes().size() == table.slices()) {
            for (int slice : table.missing(outcome)) {
                String hash = slices.hashes().get(slice);
                toOthers(out, new RoundMessage.Fetch(plan.id(), slice, hash));
            }
        }
    }

    private RoundMessage overtaken() {
        return new RoundMessage.Overtaken(plan.id(), acceptor.promised().orElseThrow());
    }

    private long stage() {
        return plan.timing().stage().toNanos();
    }

    private long deadline() {
        return plan.timing().deadline().toNanos();
    }

    private void toAll(Collection<Letter> out, RoundMessage message) {
        plan.participants().forEach(peer -> out.add(new Letter(peer, message)));
    }

    private void toOthers(Collection<Letter> out, RoundMessage message) {
        plan.participants().stream()
                .filter(peer -> !peer.equals(self))
                .forEach(peer -> out.add(new Letter(peer, message)));
    }
}
