// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that stands until it is moved.
final class TestClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-22T00:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    void move(Duration by) {
        now = now.plus(by);
    }
}
