// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.baseline;

/// Counts by 64-bit key: open addressing with linear probing, at most two thirds full.
final class GramTable {
    private static final int CAPACITY_MIN = 1 << 10;

    /// No gram has this key: a gram's key begins with its length, which is never 0.
    private static final long EMPTY = 0;

    private long[] keys = new long[CAPACITY_MIN];
    private int[] counts = new int[CAPACITY_MIN];
    private int size;

    int size() {
        return size;
    }

    /// Adds one to a key's count and returns the new count, which stops at the largest int.
    int increment(long key) {
        int slot = slot(key);
        if (keys[slot] == EMPTY) {
            if (3L * (size + 1) > 2L * keys.length) {
                grow();
                slot = slot(key);
            }
            keys[slot] = key;
            size++;
        }
        if (counts[slot] < Integer.MAX_VALUE) {
            counts[slot]++;
        }
        return counts[slot];
    }

    int count(long key) {
        return counts[slot(key)];
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        int slot = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (keys[slot] != key && keys[slot] != EMPTY) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldCounts = counts;
        keys = new long[2 * oldKeys.length];
        counts = new int[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                counts[slot] = oldCounts[i];
            }
        }
    }
}
