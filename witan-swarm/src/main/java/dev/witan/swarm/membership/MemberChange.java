// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.membership;

import dev.witan.swarm.PeerId;

/// One change of the membership.
public sealed interface MemberChange {
    /// Whom it is about.
    PeerId peer();

    /// A peer has joined, or come back.
    ///
    /// @param member the peer
    record Joined(Member member) implements MemberChange {
        @Override
        public PeerId peer() {
            return member.peer();
        }
    }

    /// A member is heard of again, or no longer; it is still a member.
    ///
    /// @param member the peer as it is now
    record Reachability(Member member) implements MemberChange {
        @Override
        public PeerId peer() {
            return member.peer();
        }
    }

    /// A peer has left, or was removed.
    ///
    /// @param peer the peer
    record Left(PeerId peer) implements MemberChange {}
}
