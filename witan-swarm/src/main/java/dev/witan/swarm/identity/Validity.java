// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// From when until when a certificate holds; whole seconds.
///
/// @param from first instant
/// @param until last instant
public record Validity(Instant from, Instant until) {
    /// How far clocks may be apart: a certificate holds from this long before it was made.
    public static final Duration SKEW = Duration.ofMinutes(5);

    /// Checks the order.
    public Validity {
        if (!from.isBefore(until)) {
            throw new IllegalArgumentException("until must be after " + from + ", was " + until);
        }
    }

    /// A validity of `length` from `now`, and the skew before.
    public static Validity from(Instant now, Duration length) {
        Instant second = now.truncatedTo(ChronoUnit.SECONDS);
        return new Validity(second.minus(SKEW), second.plus(length));
    }

    /// Ends no later than `limit`.
    Validity within(Instant limit) {
        return until.isAfter(limit) ? new Validity(from, limit) : this;
    }
}
