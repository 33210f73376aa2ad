// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import java.util.Comparator;

/// The number of one primary's time in office for one expert; later primaries have higher ones.
///
/// @param configuration the membership configuration whose voters granted it
/// @param number counts within the configuration, from 1
public record Epoch(long configuration, long number) implements Comparable<Epoch> {
    private static final Comparator<Epoch> ORDER =
            Comparator.comparingLong(Epoch::configuration).thenComparingLong(Epoch::number);

    /// Checks the numbers.
    public Epoch {
        if (configuration < 1 || number < 1) {
            throw new IllegalArgumentException(
                    "configuration and number must be >= 1, were "
                            + configuration
                            + " and "
                            + number);
        }
    }

    @Override
    public int compareTo(Epoch other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return configuration + "." + number;
    }
}
