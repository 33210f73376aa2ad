// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.FlashAttention;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.testkit.FiniteDifferences;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.ReferenceAttention;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;

final class CausalAttentionTest {
    private static final int WIDTH = 4;
    private static final double THETA = 100;

    @BeforeAll
    static void start() {
        Engine.start();
    }

    private static CausalAttention attention(int heads, int keyValueHeads) {
        return new CausalAttention(
                heads,
                keyValueHeads,
                WIDTH,
                new RotaryEmbedding(16, WIDTH, THETA),
                new FlashAttention());
    }

    /// One head of some sequence: columns `head*WIDTH` and following of its rows.
    private static double[][] head(double[][] rows, int from, int length, int head) {
        double[][] part = new double[length][];
        Arrays.setAll(
                part, t -> Arrays.copyOfRange(rows[from + t], head * WIDTH, (head + 1) * WIDTH));
        return part;
    }

    private static double[][] reference(double[][] x, int sequences, int heads, int groups) {
        int length = x.length / sequences;
        double[][] y = new double[x.length][];
        for (int s = 0; s < sequences; s++) {
            int from = s * length;
            double[][][] query = new double[heads][][];
            double[][][] key = new double[groups][][];
            double[][][] value = new double[groups][][];
            Arrays.setAll(query, h -> turned(head(x, from, length, h)));
            Arrays.setAll(key, g -> turned(head(x, from, length, heads + g)));
            Arrays.setAll(value, g -> head(x, from, length, heads + groups + g));
            double[][] out = ReferenceAttention.causal(query, key, value, 1 / Math.sqrt(WIDTH));
            System.arraycopy(out, 0, y, from, length);
        }
        return y;
    }

    private static double[][] turned(double[][] head) {
        return ReferenceAttention.rotate(head, THETA, ReferenceAttention.Pairing.HALVES);
    }

    @ParameterizedTest
    @CsvSource({"1,1,1,1", "1,7,2,2", "3,5,4,2", "2,6,4,1", "2,0,2,2"})
    void followsTheFloat64ReferenceWithItsGradient(
            int sequences, int length, int heads, int groups) {
        int rows = sequences * length;
        int width = (heads + 2 * groups) * WIDTH;
        double[][] x = Seeded.normalFloats(length + 1, rows, width);
        double[][] weights = Seeded.normalFloats(9, rows, heads * WIDTH);
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            Tensor input = Tensors.of(Seeded.flatFloats(x), rows, width).requires_grad_(true);
            Tensor y = attention(heads, groups).forward(input, sequences, tape);
            assertClose(y, length == 0 ? x : reference(x, sequences, heads, groups));
            Tensor w = Tensors.of(Seeded.flatFloats(weights), rows, (long) heads * WIDTH);
            tape.backward(y.mul(w).sum());
            assertClose(
                    input.grad(),
                    length == 0
                            ? x
                            : FiniteDifferences.gradient(
                                    (double[][] at) ->
                                            dot(reference(at, sequences, heads, groups), weights),
                                    x));
        }
    }

    private static double dot(double[][] a, double[][] b) {
        double sum = 0;
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < a[t].length; i++) {
                sum += a[t][i] * b[t][i];
            }
        }
        return sum;
    }

    private static void assertClose(Tensor actual, double[][] expected) {
        double[] flat = Arrays.stream(expected).flatMapToDouble(Arrays::stream).toArray();
        assertThat(Tensors.toDoubles(actual)).containsExactly(flat, within(2e-5));
    }
}
