// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// A peer's whole part in leases: member, voter and holder.
///
/// The caller delivers messages and calls [#tick] every few tens of milliseconds (terms are
/// seconds); both return messages to send, those to the peer itself included. A lost message costs
/// time only. A peer without a lease answers forward calls and refuses backward calls.
///
/// **Errors.** A store that fails makes this peer silent as a voter and member; nothing is thrown.
///
/// **Threads.** One at a time.
public final class LeasePeer {
    private final LeaseVoter voter;
    private final LeaseHolder holder;
    private final ConfigurationRegister register;

    /// What a peer is made of.
    ///
    /// @param self its name
    /// @param timing the same on all peers
    /// @param store survives crashes
    /// @param random pauses and the number of this incarnation
    public record Setup(
            PeerId self, LeaseTiming timing, VoterStore store, RandomGenerator random) {}

    private LeasePeer(Setup setup, VoterStore.Contents contents, boolean isNew, long nowNanos) {
        this(setup, setup.timing(), contents, isNew, nowNanos);
    }

    /// With a timing of its own for the voter.
    LeasePeer(
            Setup setup,
            LeaseTiming voting,
            VoterStore.Contents contents,
            boolean isNew,
            long nowNanos) {
        voter = new LeaseVoter(setup.self(), voting, setup.store(), contents.votes());
        holder = new LeaseHolder(setup.self(), setup.timing(), setup.random());
        register = new ConfigurationRegister(setup, contents.membership(), this::changed, nowNanos);
        if (!isNew) {
            voter.restarted(nowNanos);
        }
    }

    /// A founding member of a swarm: configuration 1 has exactly `members`, on all of them.
    ///
    /// It votes at once, as no lease can be older than it.
    ///
    /// **Errors.** A store with anything in it is an [IllegalStateException]: nothing would keep
    /// the old votes.
    public static LeasePeer found(Setup setup, Collection<PeerId> members, long nowNanos)
            throws IOException {
        if (!setup.store().load().isEmpty()) {
            throw new IllegalStateException("the store of a founding member must be empty");
        }
        var first = new Configuration(1, new TreeSet<>(members));
        setup.store().save(MembershipState.of(first, new TreeSet<>()));
        return new LeasePeer(setup, setup.store().load(), true, nowNanos);
    }

    /// A peer that starts again, or joins with an empty store.
    ///
    /// As a voter it first waits for the time of a right and a lease. A peer that lost its store
    /// must come back under another name.
    public static LeasePeer open(Setup setup, long nowNanos) throws IOException {
        return new LeasePeer(setup, setup.store().load(), false, nowNanos);
    }

    /// Wants to be primary of an expert, and renews until [#release].
    public void want(ExpertId expert, long nowNanos) {
        holder.want(expert, nowNanos);
    }

    /// No longer wants to be primary; it is not any more when this returns.
    public List<Envelope> release(ExpertId expert) {
        return holder.release(expert);
    }

    /// The epoch in which this peer is primary of an expert now, if it is.
    public Optional<Epoch> epoch(ExpertId expert, long nowNanos) {
        return holder.lease(expert, nowNanos).map(LeaseHolder.Lease::epoch);
    }

    /// Whether work begun in an epoch may be acknowledged: asked after the work, with a clock read
    /// after the work, so that a process that was stopped in between finds out.
    public boolean mayAcknowledge(ExpertId expert, Epoch begun, long nowNanos) {
        return epoch(expert, nowNanos).filter(begun::equals).isPresent();
    }

    /// The latest configuration that this peer knows.
    public Optional<Configuration> configuration() {
        return register.current();
    }

    /// Proposes a successor of the latest configuration with these members; until some successor is
    /// chosen.
    public void propose(Collection<PeerId> members, long nowNanos) {
        register.propose(members, nowNanos);
    }

    /// What to send now without having been asked.
    public List<Envelope> tick(long nowNanos) {
        var out = new ArrayList<Envelope>();
        register.tick(out, nowNanos);
        register.current().ifPresent(c -> out.addAll(holder.tick(c, nowNanos)));
        return out;
    }

    /// What to send in answer to a message.
    ///
    /// @param from the authenticated sender
    public List<Envelope> receive(PeerId from, LeaseMessage message, long nowNanos) {
        var out = new ArrayList<Envelope>();
        switch (message) {
            case LeaseMessage.Request m -> vote(from, m, out, nowNanos);
            case LeaseMessage.Granted m -> holder.receive(from, m);
            case LeaseMessage.Refused m -> out.addAll(holder.receive(from, m, nowNanos));
            case LeaseMessage.Released m -> voter.receive(from, m);
            case LeaseMessage.RightRequest m -> register.receive(from, m, out);
            case LeaseMessage.RightGranted m -> register.receive(from, m);
            case LeaseMessage.Prepare m -> register.receive(from, m, out, nowNanos);
            case LeaseMessage.Promised m -> register.receive(from, m, out);
            case LeaseMessage.Accept m -> register.receive(from, m, out);
            case LeaseMessage.Consented m -> register.receive(from, m, out, nowNanos);
            case LeaseMessage.Overtaken m -> register.receive(m);
            case LeaseMessage.Chosen m -> register.receive(from, m, out, nowNanos);
        }
        return out;
    }

    private void vote(
            PeerId from, LeaseMessage.Request request, List<Envelope> out, long nowNanos) {
        Optional<Configuration> current = register.current();
        if (current.isEmpty()) {
            return;
        }
        var standing = new LeaseVoter.Standing(current.get(), register.mayVote(nowNanos));
        voter.receive(from, request, standing, nowNanos)
                .ifPresent(answer -> out.add(new Envelope(from, answer)));
    }

    private void changed(Optional<Configuration> before, Configuration after, long nowNanos) {
        if (before.isPresent()) {
            voter.changed(before.get(), after, nowNanos);
        } else {
            voter.restarted(nowNanos);
        }
    }
}
