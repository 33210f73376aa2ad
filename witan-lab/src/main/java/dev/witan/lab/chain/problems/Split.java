// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain.problems;

import java.util.Map;

/// Which of two disjoint sets a problem belongs to. Its template and its numbers alone decide, so
/// no two problems of different splits share both, whatever their names and wording.
public enum Split {
    /// Nine of ten.
    TRAINING,
    /// One of ten.
    VALIDATION;

    private static final int ONE_OF = 10;

    /// The split of drawn numbers, before any result is added to them.
    static Split of(String template, Map<Character, Long> numbers) {
        long hash = template.hashCode();
        for (long number : numbers.values()) {
            hash = (hash ^ number) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        return Long.remainderUnsigned(hash, ONE_OF) == 0 ? VALIDATION : TRAINING;
    }
}
