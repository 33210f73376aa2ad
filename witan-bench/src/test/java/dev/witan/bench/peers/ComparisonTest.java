// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

class ComparisonTest {
    @Test
    void ratiosAreOfMediansAndOfRoundsThatBothRan() {
        var ours = contestant("witan", "explicit", Map.of(1, 3_000.0, 2, 4_000.0, 3, 9_000.0));
        var peer = contestant("transformers-4.57.6", "separate", Map.of(1, 2_000.0, 3, 3_000.0));

        assertThat(Comparison.of(List.of(ours, peer)).ratios())
                .singleElement()
                .satisfies(ratio -> {
                    assertThat(ratio.ofMedians()).isCloseTo(4_000 / 2_500.0, within(1e-9));
                    assertThat(ratio.perRound().min()).isCloseTo(1.5, within(1e-9));
                    assertThat(ratio.perRound().max()).isCloseTo(3, within(1e-9));
                    assertThat(ratio.target()).isEqualTo(1.5);
                    assertThat(ratio.memory()).isEqualTo(1);
                    assertThat(ratio.met()).isTrue();
                });
    }

    @Test
    void fusedExpertsComputedOneByOneHaveTheHigherTarget() {
        var ours = contestant("witan", "explicit", Map.of(1, 2_999.0));
        var peer = contestant("transformers-5.18.0", "fused, eager", Map.of(1, 1_000.0));

        assertThat(Comparison.of(List.of(ours, peer)).ratios())
                .singleElement()
                .satisfies(ratio -> {
                    assertThat(ratio.target()).isEqualTo(3);
                    assertThat(ratio.met()).isFalse();
                });
    }

    @Test
    void groupedExpertsHaveTheTargetOfTheFastestForm() {
        var ours = contestant("witan", "explicit", Map.of(1, 1_500.0));
        var peer = contestant("transformers-5.18.0", "fused, grouped_mm", Map.of(1, 1_000.0));

        assertThat(Comparison.of(List.of(ours, peer)).ratios())
                .singleElement()
                .satisfies(ratio -> assertThat(ratio.target()).isEqualTo(1.5));
    }

    @Test
    void moreMemoryThanThePeerDoesNotMeetTheTarget() {
        assertThat(ratio(9, 1.0).met()).isTrue();
        assertThat(ratio(9, 1.01).met()).isFalse();
    }

    @Test
    void withoutPeersOnlyOurOwnSpeedIsLeft() {
        var comparison =
                Comparison.of(List.of(contestant("witan", "explicit", Map.of(1, 2_000.0))));

        assertThat(comparison.speeds()).hasSize(1);
        assertThat(comparison.ratios()).isEmpty();
        assertThat(comparison.losses()).isEmpty();
    }

    @Test
    void theLargestDifferenceOfTheCommonStepsCounts() {
        var difference =
                Comparison.difference(
                        run("witan", "float32", 9.0, 8.0, 7.0, 1.0),
                        run("transformers-4.57.6", "float32", 9.0, 8.25, 7.125));

        assertThat(difference.steps()).isEqualTo(3);
        assertThat(difference.largest()).isEqualTo(0.25);
        assertThat(difference.step()).isEqualTo(1);
        assertThat(difference.limit()).isEqualTo(OptionalDouble.of(0.02));
        assertThat(difference.met()).isFalse();
    }

    @Test
    void bf16KernelsHaveTheWiderLimit() {
        var difference =
                Comparison.difference(
                        run("witan", "bf16", 9.0), run("transformers-4", "float32", 9.0));

        assertThat(difference.limit()).isEqualTo(OptionalDouble.of(0.05));
        assertThat(difference.met()).isTrue();
    }

    @Test
    void aLossThatIsNotANumberIsNeverWithinTheLimit() {
        var difference =
                Comparison.difference(
                        run("witan", "float32", 9.0, Double.NaN, 7.0),
                        run("transformers-4", "float32", 9.0, 8.0, 1.0));

        assertThat(difference.largest()).isNaN();
        assertThat(difference.step()).isEqualTo(1);
        assertThat(difference.met()).isFalse();
    }

    @Test
    void peersAreComparedWithoutALimitAndOurOwnRunsNotAtAll() {
        List<Comparison.LossDifference> losses =
                Comparison.of(
                                List.of(
                                        longRun(run("witan", "float32", 9.0)),
                                        longRun(run("witan", "bf16", 9.0)),
                                        longRun(run("transformers-4", "float32", 9.0)),
                                        longRun(run("transformers-5", "float32", 9.0))))
                        .losses();

        assertThat(losses).hasSize(5);
        assertThat(losses.getLast().left()).startsWith("transformers-4");
        assertThat(losses.getLast().limit()).isEmpty();
    }

    private static Comparison.Ratio ratio(double speed, double memory) {
        return new Comparison.Ratio("witan", "peer", speed, OrderStatistics.of(speed), 3, memory);
    }

    private static Contestant contestant(String system, String form, Map<Integer, Double> speeds) {
        var samples = new HashMap<Integer, TrainingSample>();
        speeds.forEach((round, speed) ->
                samples.put(
                        round,
                        new TrainingSample(
                                system,
                                form,
                                "float32",
                                0,
                                1_000,
                                List.of(9.0),
                                List.of(1_000 / speed),
                                1 << 20)));
        return new Contestant(system, samples, Optional.empty());
    }

    private static Contestant longRun(TrainingSample run) {
        return new Contestant(run.system(), Map.of(), Optional.of(run));
    }

    private static TrainingSample run(String system, String kernels, Double... losses) {
        return new TrainingSample(
                system,
                "any",
                kernels,
                0,
                2048,
                List.of(losses),
                Collections.nCopies(losses.length, 1.0),
                1);
    }
}
