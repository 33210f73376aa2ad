// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/// An invite as its issuer remembers it.
///
/// @param secret its secret
/// @param role what it invites for
/// @param expires last instant
/// @param usesMax how many peers may use it
/// @param revoked whether it was taken back
/// @param users the peers that used it
record Invite(
        InviteSecret secret,
        PeerRole role,
        Instant expires,
        int usesMax,
        boolean revoked,
        Set<PeerId> users) {
    Invite {
        users = Set.copyOf(users);
    }

    /// Whether `peer` may use it: it did before, or there is a use left.
    boolean isOpenTo(PeerId peer) {
        return users.contains(peer) || users.size() < usesMax;
    }

    Invite usedBy(PeerId peer) {
        var all = new TreeSet<>(users);
        all.add(peer);
        return new Invite(secret, role, expires, usesMax, revoked, all);
    }

    Invite withdrawn() {
        return new Invite(secret, role, expires, usesMax, true, users);
    }
}
