// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import dev.witan.swarm.ExpertId;

/// What an expert asks for.
///
/// @param expert the expert
/// @param bytes memory of one replica, with its optimiser state where it trains
/// @param replicas wanted copies, each on another peer
public record ExpertDemand(ExpertId expert, long bytes, int replicas) {
    /// Most copies of one expert.
    public static final int REPLICAS_MAX = 64;

    /// Checks the numbers.
    public ExpertDemand {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be >= 1, was " + bytes);
        }
        if (replicas < 1 || replicas > REPLICAS_MAX) {
            throw new IllegalArgumentException(
                    "replicas must be in [1, " + REPLICAS_MAX + "], was " + replicas);
        }
    }
}
