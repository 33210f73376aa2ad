// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import java.util.Arrays;
import java.util.List;

/// Applies an [Aggregation] to contributions, after dropping those that cannot be used.
///
/// **Numerics.** Sums in float64 in the order of the contributions, one rounding to float32 at the
/// end: the same contributions in the same order give the same bits on every machine. Results are
/// finite.
///
/// **Threads.** No state; any thread.
public final class Aggregator {
    private final Aggregation rule;
    private final float magnitudeMax;

    /// @param rule the rule
    /// @param magnitudeMax largest magnitude of an element that is not dropped
    public Aggregator(Aggregation rule, float magnitudeMax) {
        if (!(magnitudeMax > 0) || Float.isInfinite(magnitudeMax)) {
            throw new IllegalArgumentException(
                    "magnitudeMax must be finite and > 0, was " + magnitudeMax);
        }
        this.rule = rule;
        this.magnitudeMax = magnitudeMax;
    }

    /// Makes one vector of all usable contributions.
    ///
    /// @param contributions in an order that all participants share
    /// @param length elements of each
    public Aggregated aggregate(List<float[]> contributions, int length) {
        List<float[]> used =
                contributions.stream().filter(c -> c.length == length && isUsable(c)).toList();
        int dropped = contributions.size() - used.size();
        if (used.isEmpty()) {
            return new Aggregated(new float[0], 0, dropped);
        }
        double[] result =
                switch (rule) {
                    case Aggregation.Mean _ -> mean(used, length);
                    case Aggregation.CoordinateMedian _ ->
                            trimmed(used, length, (used.size() - 1) / 2);
                    case Aggregation.TrimmedMean(int trim) ->
                            trimmed(used, length, Math.min(trim, (used.size() - 1) / 2));
                    case Aggregation.CentredClip clip -> clipped(used, length, clip);
                };
        var values = new float[length];
        for (int d = 0; d < length; d++) {
            values[d] = (float) result[d];
        }
        return new Aggregated(values, used.size(), dropped);
    }

    /// A comparison with NaN is false.
    private boolean isUsable(float[] contribution) {
        boolean usable = true;
        for (float value : contribution) {
            usable &= Math.abs(value) <= magnitudeMax;
        }
        return usable;
    }

    private static double[] mean(List<float[]> used, int length) {
        var sum = new double[length];
        for (float[] contribution : used) {
            for (int d = 0; d < length; d++) {
                sum[d] += contribution[d];
            }
        }
        for (int d = 0; d < length; d++) {
            sum[d] /= used.size();
        }
        return sum;
    }

    private static double[] trimmed(List<float[]> used, int length, int trim) {
        int count = used.size();
        var column = new float[count];
        var result = new double[length];
        for (int d = 0; d < length; d++) {
            for (int n = 0; n < count; n++) {
                column[n] = used.get(n)[d];
            }
            Arrays.sort(column);
            double sum = 0;
            for (int n = trim; n < count - trim; n++) {
                sum += column[n];
            }
            result[d] = sum / (count - 2 * trim);
        }
        return result;
    }

    private static double[] clipped(List<float[]> used, int length, Aggregation.CentredClip clip) {
        double[] centre = trimmed(used, length, (used.size() - 1) / 2);
        for (int iteration = 0; iteration < clip.iterations(); iteration++) {
            var step = new double[length];
            for (float[] contribution : used) {
                double distance = distance(contribution, centre);
                double factor = distance > clip.radius() ? clip.radius() / distance : 1;
                for (int d = 0; d < length; d++) {
                    step[d] += factor * (contribution[d] - centre[d]);
                }
            }
            for (int d = 0; d < length; d++) {
                centre[d] += step[d] / used.size();
            }
        }
        return centre;
    }

    private static double distance(float[] contribution, double[] centre) {
        double square = 0;
        for (int d = 0; d < centre.length; d++) {
            double difference = contribution[d] - centre[d];
            square += difference * difference;
        }
        return Math.sqrt(square);
    }
}
