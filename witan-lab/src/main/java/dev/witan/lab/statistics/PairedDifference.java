// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.statistics;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The mean difference of pairs of measurements, such as two systems run with the same seeds.
///
/// @param count n, number of pairs
/// @param mean mean of first minus second
/// @param standardDeviation of the differences, with n − 1; null for a single pair, as is all that
///   follows from it
/// @param halfWidth of the 95 % interval of the mean: `t(0.975, n − 1) · sd / √n`. It is also the
///   smallest mean difference that would have been significant with this spread
/// @param p two-sided probability of a mean this far from zero if there were no difference
/// @param detectable the smallest true difference that n pairs with this spread show (p < 0.05) in
///   four of five repetitions, by the noncentral t distribution
public record PairedDifference(
        int count,
        double mean,
        @Nullable Double standardDeviation,
        @Nullable Double halfWidth,
        @Nullable Double p,
        @Nullable Double detectable) {
    /// The level of intervals and tests.
    public static final double SIGNIFICANCE = 0.05;

    private static final double POWER = 0.8;

    /// The differences of pairs at equal indices.
    ///
    /// Errors: lists of different or no length are an `IllegalArgumentException`.
    public static PairedDifference of(List<Double> first, List<Double> second) {
        if (first.size() != second.size()) {
            throw new IllegalArgumentException(
                    "pairs need two lists of one length, had "
                            + first.size()
                            + " and "
                            + second.size());
        }
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            differences.add(first.get(i) - second.get(i));
        }
        Spread spread = Spread.of(differences);
        if (spread == null) {
            throw new IllegalArgumentException("pairs must be at least 1, were 0");
        }
        Double deviation = spread.standardDeviation();
        if (deviation == null) {
            return new PairedDifference(1, spread.mean(), null, null, null, null);
        }
        int count = spread.count();
        double error = deviation / Math.sqrt(count);
        double t = spread.mean() == 0 ? 0 : spread.mean() / error;
        return new PairedDifference(
                count,
                spread.mean(),
                deviation,
                halfWidth(spread),
                StudentT.twoSidedP(t, count - 1),
                NoncentralT.detectable(POWER, SIGNIFICANCE, count - 1) * error);
    }

    /// Half the 95 % interval of a mean; 0 for a single value, whose interval is unknown.
    public static double halfWidth(Spread spread) {
        Double deviation = spread.standardDeviation();
        if (deviation == null) {
            return 0;
        }
        return StudentT.twoSidedQuantile(SIGNIFICANCE, spread.count() - 1)
                * deviation
                / Math.sqrt(spread.count());
    }

    /// Whether the 95 % interval excludes zero.
    public boolean significant() {
        return p != null && p < SIGNIFICANCE;
    }
}
