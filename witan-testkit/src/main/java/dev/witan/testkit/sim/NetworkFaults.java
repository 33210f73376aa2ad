// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.sim;

/// What a simulated network does to messages.
///
/// @param loss probability that a message never arrives
/// @param duplication probability that it arrives once more
/// @param minDelayNanos shortest time under way
/// @param maxDelayNanos longest usual time; messages overtake each other
/// @param straggling probability that a message takes up to a hundred times the longest time
public record NetworkFaults(
        double loss,
        double duplication,
        long minDelayNanos,
        long maxDelayNanos,
        double straggling) {
    /// A network without faults, with a fixed delay.
    public static NetworkFaults none(long delayNanos) {
        return new NetworkFaults(0, 0, delayNanos, delayNanos, 0);
    }

    /// Checks the ranges.
    public NetworkFaults {
        for (double p : new double[] {loss, duplication, straggling}) {
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("a probability must be in [0, 1], was " + p);
            }
        }
        if (minDelayNanos < 0 || maxDelayNanos < minDelayNanos) {
            throw new IllegalArgumentException(
                    "delays must ascend from 0, were " + minDelayNanos + " and " + maxDelayNanos);
        }
    }
}
