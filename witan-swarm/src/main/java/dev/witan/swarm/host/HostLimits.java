// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import java.time.Duration;

/// The bounds of a host.
///
/// @param queuedRequests most requests waiting
/// @param queuedRequestsPerTrainer most of them from one trainer, so that none can fill the queue
/// @param queuedBytes most bytes of rows waiting
/// @param rows most rows of one request, and most tokens
/// @param trainers most trainers with gradients here
/// @param updatesPerStep most contributions of one trainer in one step
/// @param maxStaleness most versions by which a contribution may be behind
/// @param keptBytes most bytes kept for backward passes and repeated answers, over all trainers
/// @param keptFor how long they are kept
/// @param trainerIdle how long the gradients of a silent trainer are kept
/// @param busyRetry what a caller that finds the queue full is told to wait
public record HostLimits(
        int queuedRequests,
        int queuedRequestsPerTrainer,
        long queuedBytes,
        int rows,
        int trainers,
        int updatesPerStep,
        long maxStaleness,
        long keptBytes,
        Duration keptFor,
        Duration trainerIdle,
        Duration busyRetry) {
    /// Checks every bound.
    public HostLimits {
        positive("queuedRequests", queuedRequests);
        positive("queuedRequestsPerTrainer", queuedRequestsPerTrainer);
        positive("queuedBytes", queuedBytes);
        positive("rows", rows);
        positive("trainers", trainers);
        positive("updatesPerStep", updatesPerStep);
        positive("keptBytes", keptBytes);
        positive("keptFor", keptFor.toNanos());
        positive("trainerIdle", trainerIdle.toNanos());
        positive("busyRetry", busyRetry.toNanos());
        if (maxStaleness < 0) {
            throw new IllegalArgumentException("maxStaleness must be >= 0, was " + maxStaleness);
        }
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be >= 1, was " + value);
        }
    }

    /// Bounds for a machine that holds some hundred megabytes of experts.
    public static HostLimits standard() {
        return new HostLimits(
                256,
                64,
                256L << 20,
                1 << 16,
                64,
                1 << 14,
                16,
                1L << 30,
                Duration.ofMinutes(1),
                Duration.ofMinutes(10),
                Duration.ofMillis(20));
    }
}
