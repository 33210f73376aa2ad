// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.consensus.Acceptor;
import dev.witan.swarm.consensus.Ballot;
import dev.witan.swarm.consensus.Proposal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// A peer's part in the membership: it knows the latest configuration, consents to successors,
/// proposes them, and holds the right to vote.
///
/// The successor of each configuration is one decree of Paxos among its members. A question that
/// names an old configuration is answered with the latest, which is how news spreads; a peer that
/// hears of a later one than its own asks in that way.
///
/// **Threads.** One at a time.
final class ConfigurationRegister {
    private final PeerId self;
    private final LeaseTiming timing;
    private final VoterStore store;
    private final RandomGenerator random;
    private final Changed changed;
    private @Nullable MembershipState state;
    private @Nullable Proposal<Configuration> proposal;
    private @Nullable Configuration wanted;
    private long ballotRound;
    private long proposeAtNanos;
    private long rightAttempt;
    private long rightSentNanos;
    private long rightUntilNanos;
    private long askAtNanos;
    private boolean rightHeld;
    private final Set<PeerId> rightGranted = new HashSet<>();

    /// What happens when another configuration becomes the latest.
    interface Changed {
        void changed(Optional<Configuration> before, Configuration after, long nowNanos);
    }

    ConfigurationRegister(
            LeasePeer.Setup setup,
            Optional<MembershipState> state,
            Changed changed,
            long nowNanos) {
        this.self = setup.self();
        this.timing = setup.timing();
        this.store = setup.store();
        this.random = setup.random();
        this.state = state.orElse(null);
        this.changed = changed;
        this.askAtNanos = nowNanos;
        this.proposeAtNanos = nowNanos;
    }

    Optional<Configuration> current() {
        return Optional.ofNullable(state).map(MembershipState::current);
    }

    /// Whether a majority of the members has lately consented to no successor.
    boolean mayVote(long nowNanos) {
        return rightHeld && nowNanos - rightUntilNanos < 0;
    }

    /// Asks for a successor with these members; given up as soon as any successor is chosen.
    void propose(Collection<PeerId> members, long nowNanos) {
        MembershipState known = state;
        if (known != null && !known.current().members().equals(new TreeSet<>(members))) {
            wanted = new Configuration(known.current().number() + 1, new TreeSet<>(members));
            proposeAtNanos = nowNanos;
        }
    }

    void tick(List<Envelope> out, long nowNanos) {
        MembershipState known = state;
        if (known == null) {
            return;
        }
        if (!known.current().members().contains(self)) {
            tellMembers(known, out, nowNanos);
            return;
        }
        if (nowNanos - askAtNanos >= 0) {
            rightAttempt++;
            rightSentNanos = nowNanos;
            rightGranted.clear();
            askAtNanos = nowNanos + timing.rightNanos() / 8;
            toMembers(out, new LeaseMessage.RightRequest(known.current().number(), rightAttempt));
        }
        if (wanted == null && known.successor().accepted().isPresent()) {
            // Whoever asked for consent may be gone; without an end nobody here could vote again.
            wanted = known.successor().accepted().get().value();
            proposeAtNanos = nowNanos + pause();
        }
        if (wanted != null && nowNanos - proposeAtNanos >= 0) {
            var ballot = new Ballot(++ballotRound, self);
            proposal = new Proposal<>(ballot, known.current().members(), wanted);
            proposeAtNanos = nowNanos + pause();
            toMembers(out, new LeaseMessage.Prepare(known.current().number(), ballot));
        }
    }

    /// Members ask each other; a configuration of new peers only would not know of itself.
    private void tellMembers(MembershipState known, List<Envelope> out, long nowNanos) {
        if (nowNanos - askAtNanos >= 0) {
            askAtNanos = nowNanos + timing.rightNanos() / 2;
            List<PeerId> members = List.copyOf(known.current().members());
            out.add(latest(members.get(random.nextInt(members.size())), known));
        }
    }

    /// Proposers that overtake each other need pauses of different lengths.
    private long pause() {
        return timing.termNanos() / 4 + random.nextLong(timing.termNanos());
    }

    private void toMembers(List<Envelope> out, LeaseMessage message) {
        if (state != null) {
            state.current().members().forEach(m -> out.add(new Envelope(m, message)));
        }
    }

    void receive(PeerId from, LeaseMessage.RightRequest request, List<Envelope> out) {
        MembershipState known = state;
        if (isCurrent(from, request.configuration(), out)
                && known != null
                && known.successor().accepted().isEmpty()) {
            out.add(
                    new Envelope(
                            from,
                            new LeaseMessage.RightGranted(
                                    request.configuration(), request.attempt())));
        }
    }

    void receive(PeerId from, LeaseMessage.RightGranted granted) {
        MembershipState known = state;
        if (known == null
                || granted.configuration() != known.current().number()
                || granted.attempt() != rightAttempt
                || !known.current().members().contains(from)) {
            return;
        }
        rightGranted.add(from);
        if (rightGranted.size() >= known.current().majority()) {
            rightHeld = true;
            rightUntilNanos = rightSentNanos + timing.rightNanos();
            askAtNanos = rightSentNanos + timing.rightNanos() / 2;
        }
    }

    void receive(PeerId from, LeaseMessage.Prepare prepare, List<Envelope> out, long nowNanos) {
        MembershipState known = state;
        if (!isCurrent(from, prepare.configuration(), out) || known == null) {
            return;
        }
        Acceptor<Configuration> successor = known.successor();
        if (!successor.admits(prepare.ballot())) {
            out.add(overtaken(from, known));
        } else if (save(known.with(successor.promise(prepare.ballot())))) {
            // Gives the other proposer time, where all would overtake each other for ever.
            proposeAtNanos = from.equals(self) ? proposeAtNanos : nowNanos + pause();
            out.add(
                    new Envelope(
                            from,
                            new LeaseMessage.Promised(
                                    prepare.configuration(),
                                    prepare.ballot(),
                                    successor.accepted())));
        }
    }

    void receive(PeerId from, LeaseMessage.Promised promised, List<Envelope> out) {
        Proposal<Configuration> mine = mine(promised.configuration(), promised.ballot());
        if (mine != null) {
            mine.promised(from, promised.accepted())
                    .ifPresent(value ->
                            toMembers(
                                    out,
                                    new LeaseMessage.Accept(
                                            promised.configuration(), promised.ballot(), value)));
        }
    }

    void receive(PeerId from, LeaseMessage.Accept accept, List<Envelope> out) {
        MembershipState known = state;
        if (!isCurrent(from, accept.configuration(), out)
                || known == null
                || accept.successor().number() != accept.configuration() + 1) {
            return;
        }
        if (!known.successor().admits(accept.ballot())) {
            out.add(overtaken(from, known));
        } else if (save(
                known.with(known.successor().accept(accept.ballot(), accept.successor())))) {
            out.add(
                    new Envelope(
                            from,
                            new LeaseMessage.Consented(accept.configuration(), accept.ballot())));
        }
    }

    void receive(PeerId from, LeaseMessage.Consented consented, List<Envelope> out, long nowNanos) {
        Proposal<Configuration> mine = mine(consented.configuration(), consented.ballot());
        if (mine == null || state == null) {
            return;
        }
        Set<PeerId> before = state.current().members();
        Optional<Configuration> chosen = mine.accepted(from);
        if (chosen.isPresent()) {
            var message = new LeaseMessage.Chosen(chosen.get(), new TreeSet<>(mine.acceptances()));
            var told = new TreeSet<>(before);
            told.addAll(chosen.get().members());
            told.remove(self);
            told.forEach(peer -> out.add(new Envelope(peer, message)));
            adopt(chosen.get(), message.consents(), nowNanos);
        }
    }

    void receive(LeaseMessage.Overtaken overtaken) {
        ballotRound = Math.max(ballotRound, overtaken.promised().round());
    }

    void receive(PeerId from, LeaseMessage.Chosen chosen, List<Envelope> out, long nowNanos) {
        MembershipState known = state;
        long number = chosen.configuration().number();
        if (known != null && number <= known.current().number()) {
            if (number < known.current().number()) {
                out.add(latest(from, known));
            }
            return;
        }
        if (known == null
                || number > known.current().number() + 1
                || isChosenBy(known.current(), chosen.consents())) {
            adopt(chosen.configuration(), chosen.consents(), nowNanos);
        }
    }

    private static boolean isChosenBy(Configuration before, SortedSet<PeerId> consents) {
        return before.members().containsAll(consents) && consents.size() >= before.majority();
    }

    private void adopt(Configuration after, SortedSet<PeerId> consents, long nowNanos) {
        Optional<Configuration> before = current();
        // Without the disk as well: after a restart this peer knows less, and waits.
        var _ = save(MembershipState.of(after, consents));
        rightHeld = false;
        rightAttempt++;
        askAtNanos = nowNanos;
        proposal = null;
        wanted = null;
        changed.changed(before, after, nowNanos);
    }

    /// Kept in memory even if the disk fails, because it may be there after a restart.
    private boolean save(MembershipState next) {
        state = next;
        try {
            store.save(next);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Whether a question is about the latest configuration, among its members.
    private boolean isCurrent(PeerId from, long configuration, List<Envelope> out) {
        MembershipState known = state;
        long number = known == null ? 0 : known.current().number();
        if (configuration > number) {
            out.add(new Envelope(from, new LeaseMessage.RightRequest(number, 0)));
            return false;
        }
        if (known != null && configuration < number) {
            out.add(latest(from, known));
            return false;
        }
        return known != null
                && known.current().members().contains(self)
                && known.current().members().contains(from);
    }

    private @Nullable Proposal<Configuration> mine(long configuration, Ballot ballot) {
        Proposal<Configuration> open = proposal;
        boolean current = state != null && configuration == state.current().number();
        return open != null && current && open.ballot().equals(ballot) ? open : null;
    }

    private static Envelope latest(PeerId to, MembershipState known) {
        return new Envelope(to, new LeaseMessage.Chosen(known.current(), known.consents()));
    }

    private static Envelope overtaken(PeerId to, MembershipState known) {
        Ballot promised = known.successor().promised().orElseThrow();
        return new Envelope(to, new LeaseMessage.Overtaken(known.current().number(), promised));
    }
}
