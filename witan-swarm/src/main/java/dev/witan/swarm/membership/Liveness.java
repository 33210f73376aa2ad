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
    private final Map<PeerId, Impression> impressions = new HashMap<>();

    /// What is remembered of one peer; all instants in nanoseconds of the clock.
    private static final class Impression {
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
        Impression seen = impressions.get(peer);
        if (seen == null) {
            return true;
        }
        long now = nanos.getAsLong();
        noteSilence(seen, now);
        return !seen.avoided || (!seen.probing && now - seen.avoidedSince >= seen.probeAfter);
    }

    /// A call goes out.
    public void started(PeerId peer) {
        Impression seen = impressions.computeIfAbsent(peer, _ -> new Impression());
        long now = nanos.getAsLong();
        noteSilence(seen, now);
        if (seen.inFlight == 0) {
            seen.waitingSince = now;
        }
        seen.inFlight++;
        seen.probing |= seen.avoided;
    }

    /// The peer answered a call, whatever the answer was: a refusal is a sign of life too.
    public void answered(PeerId peer) {
        Impression seen = impressions.get(peer);
        if (seen == null) {
            return;
        }
        finish(seen);
        seen.failures = 0;
        seen.waitingSince = nanos.getAsLong();
        seen.avoided = false;
        seen.probing = false;
        seen.probeAfter = 0;
    }

    /// A call failed: no connection, a broken one, or no answer before the deadline.
    public void failed(PeerId peer) {
        Impression seen = impressions.get(peer);
        if (seen == null) {
            return;
        }
        finish(seen);
        seen.failures++;
        long now = nanos.getAsLong();
        if (seen.probing) {
            seen.probing = false;
            avoid(seen, now);
        } else if (!seen.avoided && seen.failures >= config.failures()) {
            avoid(seen, now);
        }
    }

    /// Forgets a peer that has left, so that nothing grows without bound.
    public void forget(PeerId peer) {
        impressions.remove(peer);
    }

    /// Peers remembered.
    int size() {
        return impressions.size();
    }

    private void noteSilence(Impression seen, long now) {
        if (!seen.avoided
                && seen.inFlight > 0
                && now - seen.waitingSince >= config.silence().toNanos()) {
            avoid(seen, now);
        }
    }

    private void avoid(Impression seen, long now) {
        seen.avoided = true;
        seen.avoidedSince = now;
        seen.probeAfter =
                seen.probeAfter == 0
                        ? config.probeAfter().toNanos()
                        : Math.min(seen.probeAfter * 2, config.probeAfterMax().toNanos());
    }

    private static void finish(Impression seen) {
        seen.inFlight = Math.max(0, seen.inFlight - 1);
    }
}
