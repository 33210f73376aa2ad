// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import java.time.Duration;

/// How long leases last; the same on all peers of a swarm.
///
/// Clocks that run at most ρ fast or slow need `driftMargin` ≥ 2ρ / (1 − ρ) · the longer of the
/// other two.
///
/// @param term how long a holder may act after it asked
/// @param right how long a voter may vote after it asked the members of its configuration
/// @param driftMargin how much longer voters wait than holders act
public record LeaseTiming(Duration term, Duration right, Duration driftMargin) {
    /// Leases and rights of 4 s; clocks up to 6 % apart from true time.
    public static final LeaseTiming DEFAULT =
            new LeaseTiming(Duration.ofSeconds(4), Duration.ofSeconds(4), Duration.ofMillis(520));

    /// Checks the durations.
    public LeaseTiming {
        if (!term.isPositive() || !right.isPositive() || driftMargin.isNegative()) {
            throw new IllegalArgumentException(
                    "term and right must be > 0 and driftMargin >= 0, were "
                            + term
                            + ", "
                            + right
                            + " and "
                            + driftMargin);
        }
    }

    long termNanos() {
        return term.toNanos();
    }

    long rightNanos() {
        return right.toNanos();
    }

    /// How long a voter keeps a lease free of others.
    long holdNanos() {
        return term.plus(driftMargin).toNanos();
    }

    /// How long a voter waits that cannot know of older leases.
    long handOverNanos() {
        return term.plus(right).plus(driftMargin.multipliedBy(2)).toNanos();
    }
}
