// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import java.util.concurrent.atomic.LongAdder;

/// What a caller's requests came to.
///
/// **Threads** any.
public final class DispatchCounters {
    private final LongAdder layerCalls = new LongAdder();
    private final LongAdder forwardRequests = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final LongAdder tokensSent = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder degradedRows = new LongAdder();
    private final LongAdder lostGradientRows = new LongAdder();
    private final LongAdder lostUpdates = new LongAdder();
    private final LongAdder recomputed = new LongAdder();
    private final LongAdder notFinite = new LongAdder();

    /// The counts at one moment.
    ///
    /// @param layerCalls forward calls of layers
    /// @param forwardRequests requests sent for them, repeated ones included
    /// @param rows rows asked for
    /// @param tokensSent tokens sent for them
    /// @param retries requests sent again or to another replica
    /// @param degradedRows rows that nobody answered: their answer is zero
    /// @param lostGradientRows rows whose gradient nobody confirmed: that of their input is zero
    /// @param lostUpdates contributions that hosts had confirmed and lost
    /// @param recomputed backward calls whose inputs were sent again
    /// @param notFinite requests that hosts refused since a value in them was not finite
    public record Snapshot(
            long layerCalls,
            long forwardRequests,
            long rows,
            long tokensSent,
            long retries,
            long degradedRows,
            long lostGradientRows,
            long lostUpdates,
            long recomputed,
            long notFinite) {}

    /// The counts now.
    public Snapshot snapshot() {
        return new Snapshot(
                layerCalls.sum(),
                forwardRequests.sum(),
                rows.sum(),
                tokensSent.sum(),
                retries.sum(),
                degradedRows.sum(),
                lostGradientRows.sum(),
                lostUpdates.sum(),
                recomputed.sum(),
                notFinite.sum());
    }

    void countLayerCall(int rowCount) {
        layerCalls.increment();
        rows.add(rowCount);
    }

    void countForwardRequest(int tokens) {
        forwardRequests.increment();
        tokensSent.add(tokens);
    }

    void countRetry() {
        retries.increment();
    }

    void countDegraded(int rowCount) {
        degradedRows.add(rowCount);
    }

    void countLostGradient(int rowCount) {
        lostGradientRows.add(rowCount);
    }

    void countLostUpdates(int updates) {
        lostUpdates.add(updates);
    }

    void countRecomputed() {
        recomputed.increment();
    }

    void countNotFinite() {
        notFinite.increment();
    }
}
