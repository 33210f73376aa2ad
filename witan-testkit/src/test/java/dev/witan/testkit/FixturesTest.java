// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.math.BigInteger;
import java.util.Arrays;

class FixturesTest {
    @Test
    void oneSeedGivesOneMatrix() {
        assertThat(Seeded.normal(7, 3, 4)).isDeepEqualTo(Seeded.normal(7, 3, 4));
        assertThat(Seeded.normal(7, 3, 4)).isNotEqualTo(Seeded.normal(8, 3, 4));
        assertThat(Seeded.normal(7, 0, 4)).isEmpty();
    }

    @Test
    void normalValuesAreNormal() {
        double[] values = Seeded.normal(1, 1, 20_000, 2)[0];
        double mean = Arrays.stream(values).average().orElseThrow();
        double square = Arrays.stream(values).map(v -> v * v).average().orElseThrow();
        assertThat(mean).isCloseTo(0, within(0.06));
        assertThat(square).isCloseTo(4, within(0.2));
    }

    @Test
    void floatsSurviveTheRoundTrip() {
        double[][] matrix = Seeded.normalFloats(1, 2, 3);
        float[] flat = Seeded.flatFloats(matrix);
        assertThat(flat).hasSize(6);
        assertThat((double) flat[4]).isEqualTo(matrix[1][1]);
    }

    @Test
    void otherDrawsStayInTheirBounds() {
        assertThat(Arrays.stream(Seeded.uniform(1, 50)).boxed()).allMatch(u -> u >= 0 && u < 1);
        assertThat(Seeded.integers(1, 50, 3)).contains(0, 1, 2).doesNotContain(3, -1);
        assertThat(Seeded.ties(1, 1, 50)[0]).contains(-1, 0, 1);
    }

    @Test
    void toleranceFollowsTheMagnitudeNotTheResult() {
        double[] a = {1e4, -1e4, 1};
        double[] b = {1, 1, 1};
        // the exact sum is 1; rounding of the large terms allows 4·2⁻²³·√3·20001 ≈ 0.0165
        assertThat(Tolerance.FLOAT32.accepts(1.01, a, b)).isTrue();
        assertThat(Tolerance.FLOAT32.accepts(1.02, a, b)).isFalse();
        assertThat(Tolerance.BFLOAT16.accepts(1.02, a, b)).isTrue();
        assertThat(Tolerance.FLOAT32.accepts(Double.NaN, a, b)).isFalse();
    }

    @Test
    void toleranceAcceptsFloat32ProductsAndNoMistakes() {
        double[][] x = Seeded.normalFloats(1, 3, 67);
        double[][] weight = Seeded.normalFloats(2, 5, 67);
        var actual = new float[15];
        for (int t = 0; t < 3; t++) {
            for (int o = 0; o < 5; o++) {
                for (int i = 0; i < 67; i++) {
                    actual[t * 5 + o] += (float) x[t][i] * (float) weight[o][i];
                }
            }
        }
        assertThat(Tolerance.FLOAT32.acceptsLinear(actual, x, weight)).isTrue();
        actual[7] += 0.001f;
        assertThat(Tolerance.FLOAT32.acceptsLinear(actual, x, weight)).isFalse();
        assertThat(Tolerance.FLOAT32.acceptsLinear(new float[14], x, weight)).isFalse();
    }

    @Test
    void combinationsArePublishedOnes() {
        assertThat(Combinations.choose(16, 2)).isEqualTo(120);
        assertThat(Combinations.choose(64, 8)).isEqualTo(4_426_165_368L);
        assertThat(Combinations.choose(5, 6)).isEqualTo(BigInteger.ZERO);
        assertThat(Combinations.choose(0, 0)).isEqualTo(BigInteger.ONE);
        double pool64 = ratio(64);
        double pool63 = ratio(63);
        assertThat(pool64).isCloseTo(91.21, within(0.005));
        assertThat(pool63).isCloseTo(91.62, within(0.005));
        assertThat(Combinations.paths(64, 4, 2, 1)).isEqualTo(Combinations.choose(64, 4).pow(2));
    }

    @Test
    void finiteDifferencesFindThePolynomialsSlope() {
        double[] point = {2, -1};
        double[] gradient = FiniteDifferences.gradient((double[] p) -> p[0] * p[0] * p[1], point);
        assertThat(gradient).containsExactly(new double[] {-4, 4}, within(1e-9));
        assertThat(point).containsExactly(2, -1);
        assertThat(FiniteDifferences.relativeError(new double[2][2], new double[2][2])).isZero();
        assertThat(
                        FiniteDifferences.relativeError(
                                new double[][] {{1, 4}}, new double[][] {{1, 5}}))
                .isEqualTo(0.2);
        assertThat(
                        FiniteDifferences.relativeError(
                                new double[][] {{1}}, new double[][] {{Double.NaN}}))
                .isNaN();
        assertThatThrownBy(
                        () -> FiniteDifferences.relativeError(new double[1][2], new double[1][3]))
                .hasMessage("row 0 must have one length, had 2 and 3");
    }

    @Test
    void awkwardSizesStartAtNothing() {
        assertThat(Awkward.tokens()).contains(0, 1, 2, 7, 13, 64);
        assertThat(Awkward.experts()).contains(1, 63);
        assertThat(Awkward.widths()).contains(1, 67);
        assertThat(Awkward.floats()).contains(Float.NaN);
    }

    private static double ratio(int pool) {
        return Combinations.choose(pool, 4).pow(2).doubleValue()
                / Combinations.choose(pool, 8).doubleValue();
    }
}
