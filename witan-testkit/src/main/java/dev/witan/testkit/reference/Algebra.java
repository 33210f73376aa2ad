// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/// Matrix arithmetic in float64: plain loops that every other reference is written with.
///
/// No method changes an argument; every result is a new array.
public final class Algebra {
    private Algebra() {}

    /// A linear layer without bias: `x · weightᵀ`.
    ///
    /// Shapes: x `[T, in]`, weight `[out, in]` → `[T, out]`.
    public static double[][] linear(double[][] x, double[][] weight) {
        var y = new double[x.length][weight.length];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < weight.length; o++) {
                y[t][o] = dot(x[t], weight[o]);
            }
        }
        return y;
    }

    /// The gradient of [#linear] with respect to its input: `gradient · weight`.
    public static double[][] linearInputGradient(double[][] gradient, double[][] weight) {
        int in = weight.length == 0 ? 0 : weight[0].length;
        var result = new double[gradient.length][in];
        for (int t = 0; t < gradient.length; t++) {
            for (int o = 0; o < weight.length; o++) {
                for (int i = 0; i < in; i++) {
                    result[t][i] += gradient[t][o] * weight[o][i];
                }
            }
        }
        return result;
    }

    /// The gradient of [#linear] with respect to its weight: `gradientᵀ · x`, shaped like `weight`.
    public static double[][] linearWeightGradient(
            double[][] gradient, double[][] x, double[][] weight) {
        var result = zerosLike(weight);
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < weight.length; o++) {
                for (int i = 0; i < x[t].length; i++) {
                    result[o][i] += gradient[t][o] * x[t][i];
                }
            }
        }
        return result;
    }

    /// The inner product of two vectors of one length.
    public static double dot(double[] a, double[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "vectors must have one length, were " + a.length + " and " + b.length);
        }
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /// The logarithm of the sum of exponentials, without overflow.
    public static double logSumExp(double[] z) {
        double max = Arrays.stream(z).max().orElse(Double.NEGATIVE_INFINITY);
        if (Double.isInfinite(max)) {
            return max;
        }
        return max + Math.log(Arrays.stream(z).map(v -> Math.exp(v - max)).sum());
    }

    /// Softmax of one vector; entries of −∞ become exactly 0.
    public static double[] softmax(double[] z) {
        double normaliser = logSumExp(z);
        return Arrays.stream(z).map(v -> Math.exp(v - normaliser)).toArray();
    }

    /// Softmax of every row.
    public static double[][] softmax(double[][] z) {
        return Arrays.stream(z).map(Algebra::softmax).toArray(double[][]::new);
    }

    /// The gradient at the logits of a softmax: `s_i (g_i − Σ_j s_j g_j)`.
    public static double[] softmaxGradient(double[] scores, double[] gradient) {
        double mean = dot(scores, gradient);
        var result = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            result[i] = scores[i] * (gradient[i] - mean);
        }
        return result;
    }

    /// The logistic function 1 / (1 + e⁻ᶻ), without overflow.
    public static double sigmoid(double z) {
        if (z >= 0) {
            return 1 / (1 + Math.exp(-z));
        }
        double e = Math.exp(z);
        return e / (1 + e);
    }

    /// log(1 + eᶻ), without overflow.
    public static double softplus(double z) {
        return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }

    /// A function applied to every element.
    public static double[][] map(double[][] a, DoubleUnaryOperator function) {
        return Arrays.stream(a)
                .map(row -> Arrays.stream(row).map(function).toArray())
                .toArray(double[][]::new);
    }

    /// The sum of two matrices of one shape.
    public static double[][] add(double[][] a, double[][] b) {
        var result = copy(a);
        for (int r = 0; r < a.length; r++) {
            for (int c = 0; c < a[r].length; c++) {
                result[r][c] += b[r][c];
            }
        }
        return result;
    }

    /// The difference of two matrices of one shape.
    public static double[][] subtract(double[][] a, double[][] b) {
        return add(a, map(b, v -> -v));
    }

    /// The sum of the products of corresponding elements: ⟨a, b⟩.
    public static double inner(double[][] a, double[][] b) {
        double sum = 0;
        for (int r = 0; r < a.length; r++) {
            sum += dot(a[r], b[r]);
        }
        return sum;
    }

    /// A copy that shares nothing.
    public static double[][] copy(double[][] a) {
        return Arrays.stream(a).map(double[]::clone).toArray(double[][]::new);
    }

    /// Zeros in the shape of `a`.
    public static double[][] zerosLike(double[][] a) {
        return map(a, _ -> 0);
    }

    /// The indices of the `k` largest values, largest first; equal values in ascending index order,
    /// −0 equal to 0, NaN first.
    public static int[] topK(double[] values, int k) {
        requireTopK(k, values.length);
        Comparator<Integer> descending =
                Comparator.comparingDouble((Integer i) -> values[i] + 0.0).reversed();
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(descending.thenComparing(Comparator.naturalOrder()))
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /// [#topK(double[], int)] of every row.
    public static int[][] topK(double[][] values, int k) {
        return Arrays.stream(values).map(row -> topK(row, k)).toArray(int[][]::new);
    }

    /// The values of each row at its chosen indices.
    ///
    /// Shapes: values `[T, E]`, indices `[T, K]` → `[T, K]`.
    public static double[][] gather(double[][] values, int[][] indices) {
        var result = new double[indices.length][];
        for (int t = 0; t < indices.length; t++) {
            double[] row = values[t];
            result[t] = Arrays.stream(indices[t]).mapToDouble(i -> row[i]).toArray();
        }
        return result;
    }

    static void requireTopK(int k, int bound) {
        if (k < 1 || k > bound) {
            throw new IllegalArgumentException("topK must be in [1, " + bound + "], was " + k);
        }
    }
}
