// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import dev.witan.lab.statistics.Spread;
import dev.witan.lab.statistics.StudentT;

/// A two-sided t-test of two means with pooled variance, as in the paper.
///
/// @param difference first mean minus second mean
/// @param t negative if the first mean is smaller
/// @param p two-sided
public record PooledTest(
        String first, String second, double difference, double t, int degreesOfFreedom, double p) {

    /// The test of two samples of at least two values each.
    static PooledTest of(String first, Spread left, String second, Spread right) {
        if (left.standardDeviation() == null || right.standardDeviation() == null) {
            throw new IllegalArgumentException(
                    "samples must have at least 2 values, had %d and %d"
                            .formatted(left.count(), right.count()));
        }
        int degrees = left.count() + right.count() - 2;
        double squares =
                (left.count() - 1) * square(left.standardDeviation())
                        + (right.count() - 1) * square(right.standardDeviation());
        double difference = left.mean() - right.mean();
        double error = Math.sqrt(squares / degrees * (1.0 / left.count() + 1.0 / right.count()));
        double t = difference == 0 ? 0 : difference / error;
        return new PooledTest(
                first, second, difference, t, degrees, StudentT.twoSidedP(t, degrees));
    }

    private static double square(double value) {
        return value * value;
    }
}
