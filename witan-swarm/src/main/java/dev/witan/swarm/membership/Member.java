// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.membership;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.identity.Endpoint;
import dev.witan.swarm.identity.PeerRole;

/// A member as the cluster knows it.
///
/// @param peer who
/// @param role what it was admitted for
/// @param endpoint where it takes calls of other peers
/// @param reachable whether the cluster's failure detector hears from it
public record Member(PeerId peer, PeerRole role, Endpoint endpoint, boolean reachable) {
    /// The same member, heard of or not.
    public Member withReachable(boolean now) {
        return new Member(peer, role, endpoint, now);
    }
}
