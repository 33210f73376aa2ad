// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

class AggregatorTest {
    static Stream<Aggregation> rules() {
        return Stream.concat(
                Stream.of(new Aggregation.Mean(), new Aggregation.TrimmedMean(0)),
                AggregationChecks.ROBUST.stream());
    }

    static Stream<Aggregation> robust() {
        return AggregationChecks.ROBUST.stream();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void agreesWithTheReference(Aggregation rule) {
        AggregationChecks.agreesWithTheReference(AggregationChecks.REAL, rule);
    }

    @ParameterizedTest
    @MethodSource("robust")
    void twoOfSevenCannotBreakIt(Aggregation rule) {
        AggregationChecks.twoOfSevenCannotBreakIt(AggregationChecks.REAL, rule);
    }

    @Test
    void oneContributionBreaksTheMean() {
        List<float[]> rows = List.of(new float[] {1}, new float[] {1}, new float[] {1e6f});
        assertThat(new Aggregator(new Aggregation.Mean(), 1e6f).aggregate(rows, 1).values()[0])
                .isGreaterThan(3e5f);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void whatIsNotFiniteOrTooLargeIsDropped(Aggregation rule) {
        AggregationChecks.whatIsNotFiniteOrTooLargeIsDropped(AggregationChecks.REAL, rule);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void nothingUsableGivesNothing(Aggregation rule) {
        Aggregated none = AggregationChecks.REAL.aggregate(rule, List.of(), 3);
        assertThat(none.used()).isZero();
        assertThat(none.values()).isEmpty();
        float[] nan = {Float.NaN, 0, 0};
        assertThat(AggregationChecks.REAL.aggregate(rule, List.of(nan), 3).dropped()).isOne();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void equalContributionsAreKeptToTheBit(Aggregation rule) {
        float[] row = AggregationChecks.normal(9, 1, 40).get(0);
        List<float[]> rows = List.of(row, row.clone(), row.clone(), row.clone(), row.clone());
        assertThat(AggregationChecks.REAL.aggregate(rule, rows, 40).values()).isEqualTo(row);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void extremesStayFinite(Aggregation rule) {
        var rows =
                List.of(
                        new float[] {Float.MAX_VALUE, -Float.MAX_VALUE},
                        new float[] {Float.MAX_VALUE, Float.MAX_VALUE},
                        new float[] {Float.MAX_VALUE, Float.MIN_VALUE});
        float[] values = new Aggregator(rule, Float.MAX_VALUE).aggregate(rows, 2).values();
        assertThat(values[0]).isEqualTo(Float.MAX_VALUE);
        assertThat(values[1]).isFinite();
    }

    @Test
    void contributionsAreNotChanged() {
        List<float[]> rows = AggregationChecks.normal(2, 5, 9);
        List<float[]> copies = rows.stream().map(float[]::clone).toList();
        rules().forEach(rule -> AggregationChecks.REAL.aggregate(rule, rows, 9));
        for (int n = 0; n < rows.size(); n++) {
            assertThat(Arrays.equals(rows.get(n), copies.get(n))).isTrue();
        }
    }

    @Test
    void impossibleSettingsAreRefused() {
        assertThatThrownBy(() -> new Aggregation.TrimmedMean(-1))
                .hasMessage("trim must be >= 0, was -1");
        assertThatThrownBy(() -> new Aggregation.CentredClip(Double.NaN, 1))
                .hasMessage("radius must be finite and > 0, was NaN");
        assertThatThrownBy(() -> new Aggregation.CentredClip(1, 0))
                .hasMessage("iterations must be in [1, 100], was 0");
        assertThatThrownBy(() -> new Aggregator(new Aggregation.Mean(), 0))
                .hasMessage("magnitudeMax must be finite and > 0, was 0.0");
    }
}
