// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.ReferenceRouters.Groups;
import dev.witan.testkit.reference.ReferenceRouters.Weighing;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

class ReferenceRoutersTest {
    /// Scores 0.1, 0.4, 0.2, 0.3 exactly up to rounding.
    private static final double[][] LOGITS = {
        {Math.log(0.1), Math.log(0.4), Math.log(0.2), Math.log(0.3)}
    };

    @Test
    void denseUsesEveryExpertInDescendingScore() {
        ReferenceRouting routing = ReferenceRouters.dense(LOGITS);
        assertThat(routing.expertIds()).isDeepEqualTo(new int[][] {{1, 3, 2, 0}});
        assertRow(routing, 0.4, 0.3, 0.2, 0.1);
    }

    @Test
    void switchKeepsTheRawScoreSoThatTheGateLearns() {
        ReferenceRouting routing = ReferenceRouters.switchTop1(LOGITS);
        assertThat(routing.expertIds()).isDeepEqualTo(new int[][] {{1}});
        assertRow(routing, 0.4);
    }

    @Test
    void mixtralRenormalisesAndDeepSeekDoesNot() {
        assertRow(ReferenceRouters.mixtral(LOGITS, 2), 0.4 / 0.7, 0.3 / 0.7);
        assertRow(ReferenceRouters.deepSeek(LOGITS, 2), 0.4, 0.3);
        assertRow(ReferenceRouters.softmaxTopK(LOGITS, 2, true, 2.5), 1.0 / 0.7, 0.75 / 0.7);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void mixtralIsTheSoftmaxOfTheChosenLogits(int topK) {
        double[][] logits = Seeded.normal(5, 13, 7);
        ReferenceRouting all = ReferenceRouters.mixtral(logits, topK);
        ReferenceRouting after = ReferenceRouters.softmaxAfterTopK(logits, topK);
        assertThat(all.expertIds()).isDeepEqualTo(after.expertIds());
        for (int t = 0; t < 13; t++) {
            assertThat(all.combineWeights()[t])
                    .containsExactly(after.combineWeights()[t], within(1e-15));
        }
    }

    @Test
    void gshardKeepsTheSecondExpertWhenTwiceItsWeightExceedsTheDraw() {
        double[][] logits = {LOGITS[0], LOGITS[0]};
        double second = 0.3 / 0.7;
        ReferenceRouting routing =
                ReferenceRouters.gshardTop2(
                        logits, new double[] {2 * second - 1e-9, 2 * second + 1e-9});
        assertThat(routing.combineWeights()[0])
                .containsExactly(new double[] {0.4 / 0.7, second}, within(1e-14));
        assertThat(routing.combineWeights()[1])
                .containsExactly(new double[] {0.4 / 0.7, 0}, within(1e-14));
        assertThat(routing.expertIds()[1]).containsExactly(1, 3);
    }

    @Test
    void noiseDecidesTheChoiceAndTheWeights() {
        double[][] clean = {{0, 0, 0}};
        double[][] scale = {{1, 2, 1}};
        double[][] noise = {{0.5, 1, -1}};
        ReferenceRouting routing = ReferenceRouters.noisyTopK(clean, scale, noise, 2);
        assertThat(routing.logits()[0]).containsExactly(0.5, 2, -1);
        assertThat(routing.expertIds()[0]).containsExactly(1, 0);
        double first = 1 / (1 + Math.exp(-1.5));
        assertRow(routing, first, 1 - first);
        assertThat(routing.scores()[0][2]).isZero();
    }

    @Test
    void groupsByTheirMaximumAndTheRestIsOut() {
        // group scores 0.4, 0.3: with one group kept expert 3 (0.3) cannot be chosen
        ReferenceRouting routing =
                ReferenceRouters.groupLimited(LOGITS, 2, new Groups(2, 1), false, 16);
        assertThat(routing.expertIds()[0]).containsExactly(1, 0);
        assertRow(routing, 6.4, 1.6);
        assertRow(ReferenceRouters.groupLimited(LOGITS, 2, new Groups(2, 1), true, 16), 0.8, 0.2);
    }

    @Test
    void biasChoosesAndNeverWeighs() {
        double[][] logits = {{0, 1, 2, 3}};
        double[] bias = {10, 0, 0, 0};
        ReferenceRouting routing =
                ReferenceRouters.sigmoidBiased(
                        logits, 2, bias, Groups.NONE, new Weighing(true, 2.5));
        assertThat(routing.expertIds()[0]).containsExactly(0, 3);
        double a = 0.5;
        double b = Algebra.sigmoid(3);
        assertRow(routing, 2.5 * a / (a + b), 2.5 * b / (a + b));
        assertThat(routing.scores()[0][0]).isEqualTo(0.5);
    }

    @Test
    void negativeBiasedScoresInTheKeptGroupBeatTheMask() {
        // All biased scores are negative: a mask of 0 would send tokens outside the kept group.
        double[][] logits = {{0, 0, 0, 0}};
        double[] bias = {-1, -1, -2, -2};
        ReferenceRouting routing =
                ReferenceRouters.sigmoidBiased(
                        logits, 2, bias, new Groups(2, 1), new Weighing(false, 1));
        assertThat(routing.expertIds()[0]).containsExactly(0, 1);
    }

    @Test
    void groupsAreWorthTheSumOfTheirTwoBest() {
        double[][] logits = {{5, -9, -9, 1, 1, -9}};
        ReferenceRouting routing =
                ReferenceRouters.sigmoidBiased(
                        logits, 1, new double[6], new Groups(2, 1), new Weighing(false, 1));
        assertThat(routing.expertIds()[0]).containsExactly(3);
    }

    @Test
    void tiesGoToTheLowerId() {
        double[][] logits = {{0, 0, 0, 0}, {-0.0, 0.0, -1, 0.0}};
        assertThat(ReferenceRouters.mixtral(logits, 3).expertIds())
                .isDeepEqualTo(new int[][] {{0, 1, 2}, {0, 1, 3}});
    }

    @Test
    void hashIgnoresEverythingButTheTokenId() {
        int[][] table = {{3, 1}, {0, 2}};
        ReferenceRouting routing = ReferenceRouters.hash(new int[] {1, 0, 1}, table, 4);
        assertThat(routing.expertIds()).isDeepEqualTo(new int[][] {{0, 2}, {3, 1}, {0, 2}});
        assertRow(routing, 0.5, 0.5);
        ReferenceRouting learned =
                ReferenceRouters.weightedHash(
                        new double[][] {{0, 1, 2, 3}}, new int[] {0}, table, 1.5);
        double a = Math.sqrt(Algebra.softplus(3));
        double b = Math.sqrt(Algebra.softplus(1));
        assertRow(learned, 1.5 * a / (a + b), 1.5 * b / (a + b));
    }

    @Test
    void expertsChooseTheirTokens() {
        double[][] logits = {{2, 0}, {1, 0}, {0, 0}, {1, 0}};
        ReferenceExpertChoice choice = ReferenceExpertChoice.route(logits, 2);
        assertThat(choice.tokenIds()).isDeepEqualTo(new int[][] {{0, 1}, {2, 1}});
        assertThat(choice.combineWeights()[1][0]).isEqualTo(0.5);
        double[][] dense = choice.denseWeights();
        assertThat(dense[3]).containsExactly(0, 0);
        assertThat(dense[1][0] + dense[1][1]).isCloseTo(1, within(1e-15));
    }

    @Test
    void noTokensGiveAnEmptyRouting() {
        ReferenceRouting routing = ReferenceRouters.mixtral(new double[0][], 2);
        assertThat(routing.expertIds()).isEmpty();
        assertThat(routing.tokensPerExpert(3)).containsExactly(0, 0, 0);
    }

    @Test
    void countsAddUpToTheChoices() {
        ReferenceRouting routing = ReferenceRouters.deepSeek(Seeded.ties(1, 13, 7), 3);
        assertThat(Arrays.stream(routing.tokensPerExpert(7)).sum()).isEqualTo(39);
    }

    @Test
    void refusesMoreExpertsThanThereAre() {
        assertThatThrownBy(() -> ReferenceRouters.mixtral(LOGITS, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topK must be in [1, 4], was 5");
        assertThatThrownBy(
                        () -> ReferenceRouters.groupLimited(LOGITS, 3, new Groups(2, 1), false, 1))
                .hasMessage("topK must be in [1, 2], was 3");
    }

    private static void assertRow(ReferenceRouting routing, double... weights) {
        assertThat(routing.combineWeights()[0]).containsExactly(weights, within(1e-14));
    }
}
