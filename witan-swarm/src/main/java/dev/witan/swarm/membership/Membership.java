// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.membership;

import dev.witan.swarm.PeerId;

import java.util.Optional;
import java.util.SortedSet;

/// The peers of the swarm as seen here.
///
/// A peer that is not reachable is still a member until the cluster removes it; that takes many
/// seconds, and routing does not wait for it ([Liveness]).
///
/// **Threads** safe; nothing waits. Listeners are called one change after another, on a thread of
/// the implementation, and must not block it.
public interface Membership {
    /// This peer.
    PeerId self();

    /// The present members, this peer included.
    SortedSet<PeerId> members();

    /// What is known of a member.
    Optional<Member> member(PeerId peer);

    /// Tells `listener` of every change from now on. Closing the subscription ends it.
    Subscription onChange(Listener listener);

    /// Hears of changes.
    @FunctionalInterface
    interface Listener {
        /// One change has happened; [#members] says it already.
        void changed(MemberChange change);
    }

    /// Ends what was begun.
    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
