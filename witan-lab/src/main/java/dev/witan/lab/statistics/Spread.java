// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.statistics;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Mean and sample standard deviation of some runs.
///
/// @param standardDeviation with n − 1; null for a single value
public record Spread(int count, double mean, @Nullable Double standardDeviation) {

    /// The spread of these values, or null if there are none.
    public static @Nullable Spread of(List<? extends Number> values) {
        int count = values.size();
        if (count == 0) {
            return null;
        }
        // Relative to the first value, so that equal values have their own mean and deviation 0.
        double origin = values.getFirst().doubleValue();
        double sum = 0;
        for (Number value : values) {
            sum += value.doubleValue() - origin;
        }
        double mean = origin + sum / count;
        double squares = 0;
        for (Number value : values) {
            double deviation = value.doubleValue() - mean;
            squares += deviation * deviation;
        }
        return new Spread(count, mean, count == 1 ? null : Math.sqrt(squares / (count - 1)));
    }
}
