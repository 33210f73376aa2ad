// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import java.time.Duration;

/// The bounds of a caller.
///
/// @param deadline longest wait for a forward or backward call of a layer, whatever happens
/// @param attempt longest wait for one request of a forward call before another replica is asked
/// @param resend longest wait for one request that is sent again to the same peer
/// @param attempts most requests for one thing
/// @param backoff wait before the second request to the same peer, doubled for each further one
/// @param stepDeadline longest wait for all hosts to prepare, or to commit, a step
public record DispatchLimits(
        Duration deadline,
        Duration attempt,
        Duration resend,
        int attempts,
        Duration backoff,
        Duration stepDeadline) {
    /// Checks every bound.
    public DispatchLimits {
        for (Duration each : new Duration[] {deadline, attempt, resend, backoff, stepDeadline}) {
            if (!each.isPositive()) {
                throw new IllegalArgumentException("every duration must be > 0, was " + each);
            }
        }
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be >= 1, was " + attempts);
        }
    }

    /// Bounds for a local network.
    public static DispatchLimits standard() {
        return new DispatchLimits(
                Duration.ofSeconds(10),
                Duration.ofSeconds(4),
                Duration.ofSeconds(4),
                8,
                Duration.ofMillis(20),
                Duration.ofSeconds(30));
    }
}
