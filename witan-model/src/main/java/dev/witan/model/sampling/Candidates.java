// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.sampling;

import java.util.Arrays;

/// The tokens still in the draw, with weights relative to the most probable one (whose weight is
/// 1).
///
/// Algorithm notes: candidates are kept as sortable keys, `(descending logit, ascending id)` in one
/// long, so ordering is a primitive sort and ties go to the lower id. Top-k keeps a bounded heap in
/// one pass; top-p sorts only tokens that can belong to the nucleus: those below `(1 - p) / n` of
/// the mass weigh less than `1 - p` together, so the nucleus is complete without them.
final class Candidates {
    private final float[] logits;
    private final double temperature;
    private final float max;
    private long[] keys;

    Candidates(float[] logits, double temperature) {
        this.logits = logits;
        this.temperature = temperature;
        this.max = logits[largest(logits)];
        this.keys = new long[logits.length];
        for (int id = 0; id < keys.length; id++) {
            keys[id] = key(logits[id], id);
        }
    }

    /// The id of the largest logit, ties to the lower id; checks every logit.
    static int largest(float[] logits) {
        if (logits.length == 0) {
            throw new InvalidLogitsException("logits must hold at least one value, was empty");
        }
        int best = 0;
        for (int id = 0; id < logits.length; id++) {
            float logit = logits[id];
            if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
                throw new InvalidLogitsException(
                        "logits must be finite or -Infinity, was " + logit + " at token " + id);
            }
            if (logit > logits[best]) {
                best = id;
            }
        }
        if (logits[best] == Float.NEGATIVE_INFINITY) {
            throw new InvalidLogitsException(
                    "logits must allow a token, were -Infinity for all " + logits.length);
        }
        return best;
    }

    int count() {
        return keys.length;
    }

    int id(int i) {
        return (int) keys[i];
    }

    double weight(int i) {
        return Math.exp(((double) logits[id(i)] - max) / temperature);
    }

    double total() {
        double sum = 0;
        for (int i = 0; i < keys.length; i++) {
            sum += weight(i);
        }
        return sum;
    }

    void keepTopK(int topK) {
        if (topK >= keys.length) {
            return;
        }
        var smallest = new BoundedHeap(topK);
        for (long key : keys) {
            smallest.offer(key);
        }
        keys = smallest.sorted();
    }

    void keepTopP(double topP) {
        double total = total();
        double floor = (1 - topP) * total / keys.length;
        long[] possible = new long[keys.length];
        int n = 0;
        for (int i = 0; i < keys.length; i++) {
            if (weight(i) >= floor) {
                possible[n++] = keys[i];
            }
        }
        keys = Arrays.copyOf(possible, n);
        Arrays.sort(keys);
        double sum = 0;
        int kept = 0;
        while (kept < n && sum < topP * total) {
            sum += weight(kept++);
        }
        keys = Arrays.copyOf(keys, kept);
    }

    void keepMinP(double minP) {
        long[] kept = new long[keys.length];
        int n = 0;
        for (int i = 0; i < keys.length; i++) {
            if (weight(i) >= minP) {
                kept[n++] = keys[i];
            }
        }
        keys = Arrays.copyOf(kept, n);
    }

    private static long key(float logit, int id) {
        int bits = Float.floatToIntBits(logit + 0.0f); // -0 ties with 0
        int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
        return ((long) ~ascending << 32) | id;
    }
}
