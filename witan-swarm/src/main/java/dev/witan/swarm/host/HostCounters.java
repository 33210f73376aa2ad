// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import java.util.concurrent.atomic.LongAdder;

/// What a host has done since it started.
///
/// **Threads** any.
public final class HostCounters {
    private final LongAdder applied = new LongAdder();
    private final LongAdder duplicate = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder recomputed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder busy = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder forwardRows = new LongAdder();
    private final LongAdder commits = new LongAdder();

    /// The counts at one moment.
    ///
    /// @param applied contributions added to gradients
    /// @param duplicate contributions and commits that came again and were not applied again
    /// @param stale contributions based on weights too old
    /// @param recomputed backward passes that had to compute forward anew
    /// @param refused requests refused
    /// @param busy requests turned away for want of room
    /// @param expired requests whose caller had stopped waiting before their turn
    /// @param dropped contributions whose step was given up before its commit
    /// @param forwardRows rows answered
    /// @param commits steps applied
    public record Snapshot(
            long applied,
            long duplicate,
            long stale,
            long recomputed,
            long refused,
            long busy,
            long expired,
            long dropped,
            long forwardRows,
            long commits) {}

    /// The counts now.
    public Snapshot snapshot() {
        return new Snapshot(
                applied.sum(),
                duplicate.sum(),
                stale.sum(),
                recomputed.sum(),
                refused.sum(),
                busy.sum(),
                expired.sum(),
                dropped.sum(),
                forwardRows.sum(),
                commits.sum());
    }

    void countApplied() {
        applied.increment();
    }

    void countDuplicate() {
        duplicate.increment();
    }

    void countStale() {
        stale.increment();
    }

    void countRecomputed() {
        recomputed.increment();
    }

    void countRefused() {
        refused.increment();
    }

    void countBusy() {
        busy.increment();
    }

    void countExpired() {
        expired.increment();
    }

    void countDropped(int contributions) {
        dropped.add(contributions);
    }

    void countForwardRows(int rows) {
        forwardRows.add(rows);
    }

    void countCommit() {
        commits.increment();
    }
}
