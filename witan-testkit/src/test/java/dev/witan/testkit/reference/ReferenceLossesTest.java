// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.witan.testkit.FiniteDifferences;
import dev.witan.testkit.Seeded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Stream;

class ReferenceLossesTest {
    private static final int TOKENS = 12;
    private static final int EXPERTS = 6;
    private static final int TOP_K = 2;
    private static final double[][] LOGITS = Seeded.normal(11, TOKENS, EXPERTS, 1.5);
    private static final int[][] IDS = ReferenceRouters.deepSeek(LOGITS, TOP_K).expertIds();
    private static final int[] DEVICES = {0, 1, 0, 2, 2, 2};
    private static final boolean[] MASK = mask();

    static Stream<Arguments> losses() {
        return Stream.of(
                of("top1", ReferenceLosses::top1Balance),
                of("expert", z -> ReferenceLosses.expertLevel(z, IDS)),
                of("device", z -> ReferenceLosses.deviceLevel(z, IDS, DEVICES)),
                of("communication", z -> ReferenceLosses.communication(z, IDS, DEVICES, 2)),
                of("sequence", z -> ReferenceLosses.sequenceLevel(z, IDS, 3)),
                of("sequence sigmoid", z -> ReferenceLosses.sequenceLevelSigmoid(z, IDS, 3)),
                of("z", ReferenceLosses::zLoss),
                of("mixtral family", z -> ReferenceLosses.mixtralFamily(z, TOP_K, MASK)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("losses")
    void gradientAgreesWithFiniteDifferences(String name, Function<double[][], LossGradient> loss) {
        double[][] numeric =
                FiniteDifferences.gradient((double[][] z) -> loss.apply(z).loss(), LOGITS);
        double[][] analytic = loss.apply(LOGITS).gradient();
        assertThat(FiniteDifferences.relativeError(numeric, analytic)).as(name).isLessThan(1e-8);
        double largest =
                Arrays.stream(analytic)
                        .flatMapToDouble(Arrays::stream)
                        .map(Math::abs)
                        .max()
                        .orElse(0);
        assertThat(largest).as("a gradient of zeros would agree with itself").isGreaterThan(1e-4);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("losses")
    void leavesTheLogitsAlone(String name, Function<double[][], LossGradient> loss) {
        double[][] before = Algebra.copy(LOGITS);
        assertThat(loss.apply(before).gradient()).as(name).hasDimensions(TOKENS, EXPERTS);
        assertThat(before).isDeepEqualTo(LOGITS);
    }

    @Test
    void balanceLossesAreOneWhenScoresAndChoicesAreEven() {
        double[][] even = new double[4][4];
        int[][] ids = {{0, 1}, {1, 2}, {2, 3}, {3, 0}};
        assertThat(ReferenceLosses.expertLevel(even, ids).loss()).isCloseTo(1, within(1e-14));
        assertThat(ReferenceLosses.sequenceLevel(even, ids, 2).loss()).isCloseTo(1, within(1e-14));
        assertThat(ReferenceLosses.sequenceLevelSigmoid(even, ids, 2).loss())
                .isCloseTo(1, within(1e-14));
        int[] devices = {0, 0, 1, 1};
        assertThat(ReferenceLosses.deviceLevel(even, ids, devices).loss())
                .isCloseTo(1, within(1e-14));
        boolean[] all = {true, true, true, true};
        assertThat(ReferenceLosses.mixtralFamily(even, 2, all).loss())
                .as("summed over slots")
                .isCloseTo(2, within(1e-14));
    }

    @Test
    void collapseCostsTheNumberOfExperts() {
        double[][] collapsed = {{50, 0, 0, 0}, {50, 0, 0, 0}};
        assertThat(ReferenceLosses.top1Balance(collapsed).loss()).isCloseTo(4, within(1e-12));
    }

    @Test
    void top1CountsFirstChoicesOnly() {
        // both tokens choose {0, 1}; only expert 0 is ever first
        double[][] logits = {{2, 1, 0}, {2, 1, 0}};
        double[] scores = Algebra.softmax(logits[0]);
        assertThat(ReferenceLosses.top1Balance(logits).loss())
                .isCloseTo(3 * scores[0], within(1e-14));
        assertThat(ReferenceLosses.expertLevel(logits, new int[][] {{0, 1}, {0, 1}}).loss())
                .isCloseTo(1.5 * (scores[0] + scores[1]), within(1e-14));
    }

    @Test
    void communicationCountsATokenOncePerDevice() {
        double[][] even = new double[1][4];
        int[] devices = {0, 0, 1, 1};
        // one token, both experts on device 0: f'' = (2/(1·1), 0), P'' = (1/2, 1/2)
        assertThat(ReferenceLosses.communication(even, new int[][] {{0, 1}}, devices, 1).loss())
                .isCloseTo(1, within(1e-14));
        assertThat(ReferenceLosses.communication(even, new int[][] {{0, 2}}, devices, 1).loss())
                .isCloseTo(2, within(1e-14));
    }

    @Test
    void deviceLevelIgnoresImbalanceInsideADevice() {
        double[][] even = new double[2][4];
        int[] devices = {0, 0, 1, 1};
        int[][] lopsided = {{0}, {2}};
        int[][] spread = {{1}, {3}};
        assertThat(ReferenceLosses.deviceLevel(even, lopsided, devices).loss())
                .isEqualTo(ReferenceLosses.deviceLevel(even, spread, devices).loss());
        double[] biased = {3, 0, 0, 0};
        double[][] tilted = {biased, biased};
        assertThat(ReferenceLosses.deviceLevel(tilted, new int[][] {{0}, {0}}, devices).loss())
                .isGreaterThan(1.5);
    }

    @Test
    void zLossIsTheSquaredLogSumExp() {
        assertThat(ReferenceLosses.zLoss(new double[][] {{0, 0}}).loss())
                .isCloseTo(Math.log(2) * Math.log(2), within(1e-15));
        assertThat(ReferenceLosses.zLoss(new double[][] {{1000, 0}}).loss()).isEqualTo(1e6);
    }

    @Test
    void maskedTokensCountNowhere() {
        boolean[] first = {true, false};
        double[][] a = {{1, 0}, {5, 9}};
        double[][] b = {{1, 0}, {-3, 2}};
        LossGradient loss = ReferenceLosses.mixtralFamily(a, 1, first);
        assertThat(loss.loss()).isEqualTo(ReferenceLosses.mixtralFamily(b, 1, first).loss());
        assertThat(loss.gradient()[1]).containsOnly(0);
    }

    @Test
    void biasMovesTowardsTheMeanLoad() {
        double[] bias = {0.5, 0, -0.5, 1};
        double[] updated = ReferenceLosses.updatedBias(bias, new long[] {9, 1, 5, 5}, 0.125);
        assertThat(updated).containsExactly(0.375, 0.125, -0.5, 1);
    }

    @Test
    void noTokensCostNothing() {
        double[][] none = {};
        assertThat(ReferenceLosses.top1Balance(none).loss()).isZero();
        assertThat(ReferenceLosses.expertLevel(none, new int[0][]).loss()).isZero();
        assertThat(ReferenceLosses.zLoss(none).loss()).isZero();
        assertThat(ReferenceLosses.mixtralFamily(none, 1, new boolean[0]).loss()).isZero();
    }

    @Test
    void refusesSequencesThatDoNotDivideTheBatch() {
        assertThatThrownBy(() -> ReferenceLosses.sequenceLevel(LOGITS, IDS, 5))
                .hasMessage("sequences must divide 12 tokens, was 5");
    }

    private static Arguments of(String name, Function<double[][], LossGradient> loss) {
        return Arguments.of(name, loss);
    }

    private static boolean[] mask() {
        var mask = new boolean[TOKENS];
        Arrays.fill(mask, true);
        mask[3] = false;
        mask[11] = false;
        return mask;
    }
}
