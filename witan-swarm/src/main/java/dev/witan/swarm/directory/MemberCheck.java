// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import dev.witan.swarm.identity.PeerPublicKey;

/// Says whether the swarm ever admitted a peer; `SwarmTrust::isMember` is one.
@FunctionalInterface
public interface MemberCheck {
    /// Whether `proof` shows that the owner of `key` was admitted. The answer must not depend on
    /// the time, or peers would keep different directories.
    boolean isMember(PeerPublicKey key, byte[] proof);
}
