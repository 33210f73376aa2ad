// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.witan.testkit.FiniteDifferences;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.ReferenceAttention.Pairing;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReferenceAttentionTest {
    @ParameterizedTest
    @EnumSource
    void scoresDependOnTheDistanceOnly(Pairing pairing) {
        double[] query = Seeded.normal(1, 1, 8)[0];
        double[] key = Seeded.normal(2, 1, 8)[0];
        double[][] q = ReferenceAttention.rotate(repeated(query, 6), 10_000, pairing);
        double[][] k = ReferenceAttention.rotate(repeated(key, 6), 10_000, pairing);
        assertThat(Algebra.dot(q[5], k[3])).isCloseTo(Algebra.dot(q[2], k[0]), within(1e-13));
        assertThat(Algebra.dot(q[5], k[3])).isNotCloseTo(Algebra.dot(q[5], k[4]), within(1e-6));
    }

    @Test
    void halvesTurnTheFirstPairByOneRadianPerToken() {
        double[][] turned =
                ReferenceAttention.rotate(
                        repeated(new double[] {1, 0, 0, 0}, 2), 10_000, Pairing.HALVES);
        assertThat(turned[0]).containsExactly(1, 0, 0, 0);
        assertThat(turned[1])
                .containsExactly(new double[] {Math.cos(1), 0, Math.sin(1), 0}, within(1e-15));
    }

    @Test
    void attentionNeverLooksAhead() {
        double[][][] q = {Seeded.normal(1, 4, 2)};
        double[][][] k = {Seeded.normal(2, 4, 2)};
        double[][][] v = {Seeded.normal(3, 4, 3)};
        double[][] before = ReferenceAttention.causal(q, k, v, 0.5);
        k[0][3] = new double[] {9, 9};
        v[0][3] = new double[] {9, 9, 9};
        double[][] after = ReferenceAttention.causal(q, k, v, 0.5);
        for (int t = 0; t < 3; t++) {
            assertThat(after[t]).containsExactly(before[t]);
        }
        assertThat(after[3]).isNotEqualTo(before[3]);
        assertThat(before[0]).containsExactly(v[0][0], within(1e-15));
    }

    @Test
    void consecutiveQueryHeadsShareAKeyHead() {
        double[][] q = Seeded.normal(1, 3, 2);
        double[][][] queries = {q, q, q, q};
        double[][][] keys = {Seeded.normal(2, 3, 2), Seeded.normal(3, 3, 2)};
        double[][][] heads =
                ReferenceAttention.heads(ReferenceAttention.causal(queries, keys, keys, 1), 4);
        assertThat(heads[0]).isDeepEqualTo(heads[1]);
        assertThat(heads[2]).isDeepEqualTo(heads[3]);
        assertThat(heads[0]).isNotEqualTo(heads[2]);
    }

    @Test
    void normMakesTheMeanSquareOne() {
        double[][] y = ReferenceAttention.rmsNorm(new double[][] {{3, 4}}, new double[] {1, 2}, 0);
        double scale = Math.sqrt(12.5);
        assertThat(y[0]).containsExactly(new double[] {3 / scale, 8 / scale}, within(1e-15));
    }

    @Test
    void crossEntropyGradientAgreesWithFiniteDifferences() {
        double[][] logits = Seeded.normal(1, 3, 5);
        int[] targets = {4, 0, 2};
        double[][] numeric =
                FiniteDifferences.gradient(
                        (double[][] z) -> ReferenceAttention.crossEntropy(z, targets).loss(),
                        logits);
        LossGradient loss = ReferenceAttention.crossEntropy(logits, targets);
        assertThat(FiniteDifferences.relativeError(numeric, loss.gradient())).isLessThan(1e-8);
        assertThat(ReferenceAttention.crossEntropy(new double[2][8], new int[2]).loss())
                .isCloseTo(Math.log(8), within(1e-15));
    }

    private static double[][] repeated(double[] row, int times) {
        var rows = new double[times][];
        for (int t = 0; t < times; t++) {
            rows[t] = row.clone();
        }
        return rows;
    }
}
