// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

/// The argument checks of this package's records.
final class Bounds {
    private Bounds() {}

    static void atLeastZero(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must be at least 0, was " + value);
        }
    }
}
