// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.membership;

import dev.witan.swarm.PeerId;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// A membership that says what it is told, for tests and simulations.
///
/// **Threads** for one event loop.
public final class KnownMembership implements Membership {
    private final PeerId self;
    private final Map<PeerId, Member> members = new TreeMap<>();
    private final List<Listener> listeners = new ArrayList<>();

    /// A membership of one peer.
    public KnownMembership(Member self) {
        this.self = self.peer();
        members.put(self.peer(), self);
    }

    @Override
    public PeerId self() {
        return self;
    }

    @Override
    public SortedSet<PeerId> members() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(members.keySet()));
    }

    @Override
    public Optional<Member> member(PeerId peer) {
        return Optional.ofNullable(members.get(peer));
    }

    @Override
    public Subscription onChange(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /// A peer joins.
    public void join(Member member) {
        if (!member.equals(members.put(member.peer(), member))) {
            tell(new MemberChange.Joined(member));
        }
    }

    /// A peer is heard of again, or no longer.
    public void reach(PeerId peer, boolean reachable) {
        Member now = members.get(peer);
        if (now != null && now.reachable() != reachable) {
            Member then = now.withReachable(reachable);
            members.put(peer, then);
            tell(new MemberChange.Reachability(then));
        }
    }

    /// A peer leaves.
    public void leave(PeerId peer) {
        if (members.remove(peer) != null) {
            tell(new MemberChange.Left(peer));
        }
    }

    private void tell(MemberChange change) {
        List.copyOf(listeners).forEach(listener -> listener.changed(change));
    }
}
