// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

/// A seeded permutation of `[0, size)` that needs no memory.
///
/// Algorithm notes: a balanced Feistel network of eight rounds permutes the next power of four;
/// results outside the range go through it again until they fall inside (cycle walking), at most
/// four times on average for sizes from 256 on. An array shuffle was rejected: it takes 8 bytes per
/// window and the time to fill it at every resume.
///
/// **Source** Black and Rogaway 2002, "Ciphers with arbitrary finite domains", methods 2 and 3.
///
/// @param size at least 1
public record Permutation(long size, long seed) {
    private static final int ROUNDS = 8;

    /// Below this many bits per half a network has too few round functions to mix well.
    private static final int HALF_BITS_MIN = 4;

    public Permutation {
        if (size < 1 || size > 1L << 60) {
            throw new IllegalArgumentException("size must be in [1, 2^60], was " + size);
        }
    }

    /// The element at an index in `[0, size)`.
    public long at(long index) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException(
                    "index must be in [0, " + (size - 1) + "], was " + index);
        }
        int bits = Long.SIZE - Long.numberOfLeadingZeros(size - 1);
        int halfBits = Math.max(HALF_BITS_MIN, (bits + 1) / 2);
        long value = index;
        do {
            value = network(value, halfBits);
        } while (value >= size);
        return value;
    }

    private long network(long value, int halfBits) {
        long mask = (1L << halfBits) - 1;
        long left = value >>> halfBits;
        long right = value & mask;
        for (int round = 0; round < ROUNDS; round++) {
            long next = left ^ (SplitMix.hash(seed, round, right) & mask);
            left = right;
            right = next;
        }
        return (left << halfBits) | right;
    }
}
