// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// What every aggregation must keep, as checks that faulty variants can be put to as well.
final class AggregationChecks {
    static final float MAX = 1e6f;

    static final List<Aggregation> ROBUST =
            List.of(
                    new Aggregation.CoordinateMedian(),
                    new Aggregation.TrimmedMean(2),
                    new Aggregation.CentredClip(4, 3));

    /// A way of aggregating with a rule.
    interface Aggregating {
        Aggregated aggregate(Aggregation rule, List<float[]> contributions, int length);
    }

    static final Aggregating REAL =
            (rule, contributions, length) ->
                    new Aggregator(rule, MAX).aggregate(contributions, length);

    private AggregationChecks() {}

    static List<float[]> normal(long seed, int count, int length) {
        var random = new SplittableRandom(seed);
        var rows = new ArrayList<float[]>();
        for (int n = 0; n < count; n++) {
            var row = new float[length];
            for (int d = 0; d < length; d++) {
                row[d] = (float) random.nextGaussian();
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<double[]> wide(List<float[]> rows) {
        return rows.stream()
                .map(row -> {
                    var wide = new double[row.length];
                    for (int d = 0; d < row.length; d++) {
                        wide[d] = row[d];
                    }
                    return wide;
                })
                .toList();
    }

    static void agreesWithTheReference(Aggregating aggregating, Aggregation rule) {
        for (int count : new int[] {1, 2, 3, 4, 5, 8, 13}) {
            for (int length : new int[] {1, 2, 7, 65}) {
                List<float[]> rows = normal(count * 100L + length, count, length);
                float[] values = aggregating.aggregate(rule, rows, length).values();
                double[] expected = ReferenceAggregation.of(rule, wide(rows));
                assertThat(values).hasSize(length);
                for (int d = 0; d < length; d++) {
                    assertThat((double) values[d])
                            .as("%s of %d, element %d", rule, count, d)
                            .isCloseTo(expected[d], org.assertj.core.api.Assertions.within(1e-6));
                }
            }
        }
    }

    /// Two of seven say anything, low or high: the result stays near the honest five.
    static void twoOfSevenCannotBreakIt(Aggregating aggregating, Aggregation rule) {
        for (float attack : new float[] {1e6f, -1e6f, 1e3f, 5}) {
            List<float[]> rows = new ArrayList<>(normal(3, 5, 31));
            var enemy = new float[31];
            java.util.Arrays.fill(enemy, attack);
            rows.add(1, enemy);
            rows.add(4, enemy.clone());
            float[] values = aggregating.aggregate(rule, rows, 31).values();
            for (float value : values) {
                assertThat(Math.abs(value)).as("%s attacked with %s", rule, attack).isLessThan(5f);
            }
        }
    }

    static void whatIsNotFiniteOrTooLargeIsDropped(Aggregating aggregating, Aggregation rule) {
        List<float[]> honest = normal(4, 3, 5);
        for (float bad :
                new float[] {
                    Float.NaN,
                    Float.POSITIVE_INFINITY,
                    Float.NEGATIVE_INFINITY,
                    Math.nextUp(MAX),
                    -Float.MAX_VALUE
                }) {
            List<float[]> rows = new ArrayList<>(honest);
            rows.add(1, new float[] {0, 0, 0, 0, bad});
            rows.add(new float[4]);
            Aggregated aggregated = aggregating.aggregate(rule, rows, 5);
            assertThat(aggregated.used()).as("%s with %s", rule, bad).isEqualTo(3);
            assertThat(aggregated.dropped()).isEqualTo(2);
            assertThat(aggregated.values())
                    .isEqualTo(aggregating.aggregate(rule, honest, 5).values());
        }
    }
}
