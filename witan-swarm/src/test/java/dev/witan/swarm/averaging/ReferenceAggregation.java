// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import java.util.Arrays;
import java.util.List;

/// The rules in float64, one element or one vector at a time, as the papers write them.
final class ReferenceAggregation {
    private ReferenceAggregation() {}

    static double[] of(Aggregation rule, List<double[]> x) {
        return switch (rule) {
            case Aggregation.Mean _ -> columns(x, c -> Arrays.stream(c).average().orElseThrow());
            case Aggregation.CoordinateMedian _ -> columns(x, ReferenceAggregation::median);
            case Aggregation.TrimmedMean(int trim) ->
                    columns(x, c -> c.length > 2 * trim ? trimmed(c, trim) : median(c));
            case Aggregation.CentredClip(double radius, int iterations) ->
                    centredClip(x, radius, iterations);
        };
    }

    private interface OfColumn {
        double apply(double[] column);
    }

    private static double[] columns(List<double[]> x, OfColumn rule) {
        var result = new double[x.get(0).length];
        for (int d = 0; d < result.length; d++) {
            int at = d;
            result[d] = rule.apply(x.stream().mapToDouble(row -> row[at]).toArray());
        }
        return result;
    }

    private static double median(double[] column) {
        double[] sorted = Arrays.stream(column).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static double trimmed(double[] column, int trim) {
        return Arrays.stream(column)
                .sorted()
                .skip(trim)
                .limit(column.length - 2L * trim)
                .average()
                .orElseThrow();
    }

    /// v ← v + (1/n) Σ (xᵢ − v) · min(1, τ / ‖xᵢ − v‖).
    private static double[] centredClip(List<double[]> x, double radius, int iterations) {
        double[] v = columns(x, ReferenceAggregation::median);
        for (int l = 0; l < iterations; l++) {
            double[] next = v.clone();
            for (double[] row : x) {
                double norm = 0;
                for (int d = 0; d < v.length; d++) {
                    norm = Math.hypot(norm, row[d] - v[d]);
                }
                double scale = norm == 0 ? 1 : Math.min(1, radius / norm);
                for (int d = 0; d < v.length; d++) {
                    next[d] += (row[d] - v[d]) * scale / x.size();
                }
            }
            v = next;
        }
        return v;
    }
}
