// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.membership;

import dev.witan.swarm.PeerId;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// This peer's own opinion on which peers answer, from the calls that it makes anyway.
///
/// A peer is avoided after a number of failed calls in a row, or when a call has been out for some
/// time and the peer has answered nothing since. After a while one call may try it again; an answer
/// ends the avoidance, a failure doubles the while up to a bound.
///
/// **Threads** for one event loop; not safe otherwise.
public final class Liveness {
    private final LivenessConfig config;
    private final LongSupplier nanos;
    private final Map<PeerId, Record> records = new HashMap<>();

    /// What is remembered of one peer; all instants in nanoseconds of the clock.
    private static final class Record {
        int failures;
        int inFlight;
        long waitingSince;
        boolean avoided;
        long avoidedSince;
        long probeAfter;
        boolean probing;
    }

    /// Nobody is avoided yet.
    ///
    /// @param nanos a monotonic clock in nanoseconds
    public Liveness(LivenessConfig config, LongSupplier nanos) {
        this.config = config;
        this.nanos = nanos;
    }

    /// Whether a call may go to the peer now. One call is let through when it is time to try again.
    public boolean isUsable(PeerId peer) {
        Record record = records.get(peer);
        if (record == null) {
            return true;
        }
        long now = nanos.getAsLong();
        noteSilence(record, now);
        return !record.avoided
                || (!record.probing && now - record.avoidedSince >= record.probeAfter);
    }

    /// A call goes out.
    public void started(PeerId peer) {
        Record record = records.computeIfAbsent(peer, _ -> new Record());
        long now = nanos.getAsLong();
        noteSilence(record, now);
        if (record.inFlight == 0) {
            record.waitingSince = now;
        }
        record.inFlight++;
        record.probing |= record.avoided;
    }

    /// The peer answered a call, whatever the answer was: a refusal is a sign of life too.
    public void answered(PeerId peer) {
        Record record = records.get(peer);
        if (record == null) {
            return;
        }
        finish(record);
        record.failures = 0;
        record.waitingSince = nanos.getAsLong();
        record.avoided = false;
        record.probing = false;
        record.probeAfter = 0;
    }

    /// A call failed: no connection, a broken one, or no answer before the deadline.
    public void failed(PeerId peer) {
        Record record = records.get(peer);
        if (record == null) {
            return;
        }
        finish(record);
        record.failures++;
        long now = nanos.getAsLong();
        if (record.probing) {
            record.probing = false;
            avoid(record, now);
        } else if (!record.avoided && record.failures >= config.failures()) {
            avoid(record, now);
        }
    }

    /// Forgets a peer that has left, so that nothing grows without bound.
    public void forget(PeerId peer) {
        records.remove(peer);
    }

    /// Peers remembered.
    int size() {
        return records.size();
    }

    private void noteSilence(Record record, long now) {
        if (!record.avoided
                && record.inFlight > 0
                && now - record.waitingSince >= config.silence().toNanos()) {
            avoid(record, now);
        }
    }

    private void avoid(Record record, long now) {
        record.avoided = true;
        record.avoidedSince = now;
        record.probeAfter =
                record.probeAfter == 0
                        ? config.probeAfter().toNanos()
                        : Math.min(record.probeAfter * 2, config.probeAfterMax().toNanos());
    }

    private static void finish(Record record) {
        record.inFlight = Math.max(0, record.inFlight - 1);
    }
}
