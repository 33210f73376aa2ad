// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Faulty aggregations and rounds: the check that the real ones pass must fail on each.
@Tag("mutants")
class AveragingMutantsTest {
    record Variant(String name, ThrowingCallable faulty, ThrowingCallable real) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void isFound(Variant variant) {
        assertThatCode(variant.real).doesNotThrowAnyException();
        assertThatThrownBy(variant.faulty).isInstanceOf(AssertionError.class);
    }

    static Stream<Variant> variants() {
        var median = new Aggregation.CoordinateMedian();
        var trimmed = new Aggregation.TrimmedMean(2);
        var clip = new Aggregation.CentredClip(4, 3);
        return Stream.of(
                rule(
                        "a NaN contribution is not dropped but read as zero",
                        (rule, rows, length) ->
                                AggregationChecks.REAL.aggregate(
                                        rule,
                                        rows.stream().map(AveragingMutantsTest::zeroed).toList(),
                                        length),
                        a -> AggregationChecks.whatIsNotFiniteOrTooLargeIsDropped(a, median)),
                rule(
                        "the limit of magnitude is not checked",
                        (rule, rows, length) ->
                                new Aggregator(rule, Float.MAX_VALUE).aggregate(rows, length),
                        a -> AggregationChecks.whatIsNotFiniteOrTooLargeIsDropped(a, median)),
                rule(
                        "one trimmed instead of two",
                        (_, rows, length) ->
                                AggregationChecks.REAL.aggregate(
                                        new Aggregation.TrimmedMean(1), rows, length),
                        a -> AggregationChecks.twoOfSevenCannotBreakIt(a, trimmed)),
                rule(
                        "clipping without a radius",
                        (_, rows, length) ->
                                AggregationChecks.REAL.aggregate(
                                        new Aggregation.CentredClip(1e30, 3), rows, length),
                        a -> AggregationChecks.twoOfSevenCannotBreakIt(a, clip)),
                rule(
                        "one iteration of clipping too few",
                        (_, rows, length) ->
                                AggregationChecks.REAL.aggregate(
                                        new Aggregation.CentredClip(4, 2), rows, length),
                        a -> AggregationChecks.agreesWithTheReference(a, clip)),
                round(
                        "a participant declares the round void by itself",
                        (round, elapsed) ->
                                elapsed >= RoundSimulation.TIMING.deadline().toNanos()
                                                && round.status() instanceof RoundStatus.Running
                                        ? new RoundStatus.Voided()
                                        : round.status()),
                round(
                        "a participant takes the first slices that it sees",
                        (round, _) -> round.firstSeen().orElseGet(round::status)));
    }

    private static Variant rule(
            String name,
            AggregationChecks.Aggregating faulty,
            Consumer<AggregationChecks.Aggregating> check) {
        return new Variant(
                name, () -> check.accept(faulty), () -> check.accept(AggregationChecks.REAL));
    }

    private static Variant round(String name, RoundSimulation.Belief faulty) {
        return new Variant(name, () -> simulate(faulty), () -> simulate(RoundSimulation.REAL));
    }

    private static void simulate(RoundSimulation.Belief belief) {
        for (long seed = 0; seed < 300; seed++) {
            new RoundSimulation(seed, belief, UnaryOperator.identity()).run();
        }
    }

    private static float[] zeroed(float[] row) {
        float[] copy = row.clone();
        for (int d = 0; d < copy.length; d++) {
            copy[d] = Float.isNaN(copy[d]) ? 0 : copy[d];
        }
        return copy;
    }
}
