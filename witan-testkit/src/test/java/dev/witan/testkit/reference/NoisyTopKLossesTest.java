// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.witan.testkit.FiniteDifferences;
import dev.witan.testkit.Seeded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoisyTopKLossesTest {
    private static final double[][] CLEAN = Seeded.normal(1, 7, 5);
    private static final double[][] SCALE = Algebra.map(Seeded.normal(2, 7, 5), Algebra::softplus);
    private static final double[][] NOISE = Seeded.normal(3, 7, 5);

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void importanceGradientAgreesWithFiniteDifferences(int topK) {
        double[][] numeric =
                FiniteDifferences.gradient(
                        (double[][] z) ->
                                NoisyTopKLosses.importance(
                                                ReferenceRouters.noisyTopK(z, SCALE, NOISE, topK))
                                        .loss(),
                        CLEAN);
        double[][] analytic =
                NoisyTopKLosses.importance(ReferenceRouters.noisyTopK(CLEAN, SCALE, NOISE, topK))
                        .gradient();
        assertThat(FiniteDifferences.relativeError(numeric, analytic)).isLessThan(1e-8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void loadGradientsAgreeWithFiniteDifferences(int topK) {
        var load = NoisyTopKLosses.load(CLEAN, SCALE, NOISE, topK);
        double[][] clean =
                FiniteDifferences.gradient(
                        (double[][] z) -> NoisyTopKLosses.load(z, SCALE, NOISE, topK).loss(),
                        CLEAN);
        double[][] scale =
                FiniteDifferences.gradient(
                        (double[][] s) -> NoisyTopKLosses.load(CLEAN, s, NOISE, topK).loss(),
                        SCALE);
        assertThat(FiniteDifferences.relativeError(clean, load.cleanGradient())).isLessThan(1e-7);
        assertThat(FiniteDifferences.relativeError(scale, load.noiseScaleGradient()))
                .isLessThan(1e-7);
        assertThat(load.loss()).isPositive();
    }

    @Test
    void probabilityIsThatOfStayingAmongTheTopK() {
        // expert 0 against threshold 1 (expert 1 is the only other), standard deviation 2
        double[][] clean = {{0, 1}};
        double[][] scale = {{2, 1}};
        var load = NoisyTopKLosses.load(clean, scale, new double[1][2], 1);
        assertThat(load.probability()[0][0]).isCloseTo(0.308537538725987, within(1e-14));
        assertThat(load.probability()[0][1]).isCloseTo(0.841344746068543, within(1e-14));
    }

    @Test
    void allExpertsChosenMeansFullLoad() {
        var load = NoisyTopKLosses.load(CLEAN, SCALE, NOISE, 5);
        assertThat(load.loss()).isZero();
        assertThat(load.cleanGradient()).isDeepEqualTo(new double[7][5]);
    }

    @Test
    void cvSquaredIsTheVarianceOverTheSquaredMean() {
        assertThat(NoisyTopKLosses.cvSquared(new double[] {1, 3})).isCloseTo(0.25, within(1e-10));
        assertThat(NoisyTopKLosses.cvSquared(new double[] {2, 2, 2})).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.5, 0.5204998778130465",
        "-1, -0.8427007929497149",
        "2.9, 0.9999589021219005",
        "3.1, 0.9999883513426328",
        "6, 1"
    })
    void errorFunctionHasFifteenDigits(double x, double expected) {
        assertThat(ErrorFunction.erf(x)).isCloseTo(expected, within(2e-15));
    }

    @Test
    void complementKeepsItsDigitsInTheTail() {
        assertThat(ErrorFunction.erfc(5) / 1.537459794428035e-12).isCloseTo(1, within(1e-13));
        assertThat(ErrorFunction.normalCdf(Double.POSITIVE_INFINITY)).isEqualTo(1);
        assertThat(ErrorFunction.normalCdf(Double.NEGATIVE_INFINITY)).isEqualTo(0);
    }
}
