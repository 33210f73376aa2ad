// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import java.util.Arrays;

/// Order statistics of some measurements: median and range.
///
/// @param count number of measurements
public record OrderStatistics(double median, double min, double max, int count) {
    /// Those of at least one value; the median of an even number is the mean of the two in the
    /// middle.
    public static OrderStatistics of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("values must not be empty");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new OrderStatistics(median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }
}
