// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

/// The hash from which all choices about the order of data come; it must never change, or resumed
/// runs would see other batches.
///
/// **Source** Stafford's variant 13, as in Steele, Lea and Flood 2014, "Fast splittable
/// pseudorandom number generators".
final class SplitMix {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private SplitMix() {}

    static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /// A hash of several numbers in their order.
    static long hash(long... values) {
        long state = 0;
        for (long value : values) {
            state = mix(state + GOLDEN_GAMMA + mix(value + GOLDEN_GAMMA));
        }
        return state;
    }

    /// A hash in `[0, bound)`; its bias is below `bound / 2^64`.
    static long below(long bound, long... values) {
        return Math.unsignedMultiplyHigh(hash(values), bound);
    }
}
