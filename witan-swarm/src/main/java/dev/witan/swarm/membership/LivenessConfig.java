// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.membership;

import java.time.Duration;

/// When a peer is avoided, and for how long.
///
/// @param failures calls failed in a row after which it is avoided
/// @param silence how long a call may be out without any answer of the peer before it is avoided
/// @param probeAfter how long it is avoided until one call tries it again
/// @param probeAfterMax to which that doubles with each failed try
public record LivenessConfig(
        int failures, Duration silence, Duration probeAfter, Duration probeAfterMax) {
    /// Two failures or 500 ms; tried again after 500 ms, then after 1, 2, 4 and 8 s.
    public static final LivenessConfig STANDARD =
            new LivenessConfig(
                    2, Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofSeconds(8));

    /// Checks the bounds.
    public LivenessConfig {
        if (failures < 1) {
            throw new IllegalArgumentException("failures must be >= 1, was " + failures);
        }
        if (!silence.isPositive()) {
            throw new IllegalArgumentException("silence must be > 0, was " + silence);
        }
        if (!probeAfter.isPositive() || probeAfterMax.compareTo(probeAfter) < 0) {
            throw new IllegalArgumentException(
                    "probeAfter must be in (0, " + probeAfterMax + "], was " + probeAfter);
        }
    }
}
