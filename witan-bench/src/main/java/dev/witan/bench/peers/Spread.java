// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import java.util.Arrays;

/// Median and range of some measurements.
///
/// @param count number of measurements
public record Spread(double median, double min, double max, int count) {
    /// The spread of at least one value; the median of an even number is the mean of the two in the
    /// middle.
    public static Spread of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("values must not be empty");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }
}
