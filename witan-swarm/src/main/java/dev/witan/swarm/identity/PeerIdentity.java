// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;

import java.time.Instant;

/// Who is at the other end of an authenticated connection.
///
/// @param key the peer's key, which signed the TLS key
/// @param role what the peer was admitted for
/// @param expires when its certificate ends
public record PeerIdentity(PeerPublicKey key, PeerRole role, Instant expires) {
    /// The peer.
    public PeerId peer() {
        return key.peer();
    }
}
