// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import dev.witan.swarm.PeerId;

/// What a peer can carry.
///
/// @param peer the peer
/// @param host machine that it runs on; peers of one host fail together
/// @param memoryBytes memory for experts, never exceeded
/// @param speed measured throughput; only the ratio between peers matters, 0 takes no expert
public record PeerCapacity(PeerId peer, String host, long memoryBytes, double speed) {
    /// Checks the numbers.
    public PeerCapacity {
        if (memoryBytes < 0) {
            throw new IllegalArgumentException("memoryBytes must be >= 0, was " + memoryBytes);
        }
        if (!(speed >= 0) || Double.isInfinite(speed)) {
            throw new IllegalArgumentException("speed must be finite and >= 0, was " + speed);
        }
    }
}
