// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import java.util.Arrays;

/// The parts of a decoder around its feed-forward layers: norm, rotary positions, causal attention,
/// cross-entropy. One sequence at a time.
public final class ReferenceAttention {
    private ReferenceAttention() {}

    /// RMSNorm: x / sqrt(mean(x²) + ε) · weight, row by row.
    ///
    /// Shapes: x `[T, D]`, weight `[D]`.
    ///
    /// Source: Zhang and Sennrich 2019, Eq. 4.
    public static double[][] rmsNorm(double[][] x, double[] weight, double epsilon) {
        var y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double[] row = x[t];
            double scale = 1 / Math.sqrt(Algebra.dot(row, row) / row.length + epsilon);
            y[t] = new double[row.length];
            Arrays.setAll(y[t], d -> row[d] * scale * weight[d]);
        }
        return y;
    }

    /// How rotary embedding pairs the elements of a head.
    public enum Pairing {
        /// Element i with element i + d/2 (`rotate_half`).
        HALVES,
        /// Element 2i with element 2i + 1.
        NEIGHBOURS
    }

    /// Rotary position embedding of one head: pair i of token t turns by t · θ^(−2i/d).
    ///
    /// The result keeps each element in its place.
    ///
    /// Shapes: x `[T, d]`, row t being position t.
    ///
    /// Source: Su et al. 2021 (RoFormer), Eq. 34.
    public static double[][] rotate(double[][] x, double theta, Pairing pairing) {
        double[][] y = Algebra.zerosLike(x);
        for (int t = 0; t < x.length; t++) {
            int size = x[t].length;
            for (int i = 0; i < size / 2; i++) {
                double angle = t * Math.pow(theta, -2.0 * i / size);
                int a = pairing == Pairing.HALVES ? i : 2 * i;
                int b = pairing == Pairing.HALVES ? i + size / 2 : 2 * i + 1;
                y[t][a] = x[t][a] * Math.cos(angle) - x[t][b] * Math.sin(angle);
                y[t][b] = x[t][b] * Math.cos(angle) + x[t][a] * Math.sin(angle);
            }
        }
        return y;
    }

    /// Causal softmax attention; with fewer key heads than query heads, consecutive query heads
    /// share one (GQA).
    ///
    /// Shapes: q `[H, T, d]`, k `[G, T, d]`, v `[G, T, v]` with G dividing H → `[T, H · v]`.
    ///
    /// @param scale factor on the scores, usually d^(−1/2)
    ///
    ///   Source: Vaswani et al. 2017, Eq. 1; Ainslie et al. 2023.
    public static double[][] causal(double[][][] q, double[][][] k, double[][][] v, double scale) {
        int tokens = q[0].length;
        int width = v[0].length == 0 ? 0 : v[0][0].length;
        int shared = q.length / k.length;
        var out = new double[tokens][q.length * width];
        for (int h = 0; h < q.length; h++) {
            double[][] keys = k[h / shared];
            double[][] values = v[h / shared];
            for (int t = 0; t < tokens; t++) {
                var scores = new double[t + 1];
                for (int s = 0; s <= t; s++) {
                    scores[s] = Algebra.dot(q[h][t], keys[s]) * scale;
                }
                double[] weights = Algebra.softmax(scores);
                for (int s = 0; s <= t; s++) {
                    for (int i = 0; i < width; i++) {
                        out[t][h * width + i] += weights[s] * values[s][i];
                    }
                }
            }
        }
        return out;
    }

    /// Columns of `x` cut into heads: `[T, H · d]` → `[H, T, d]`.
    public static double[][][] heads(double[][] x, int heads) {
        var result = new double[heads][x.length][];
        for (int t = 0; t < x.length; t++) {
            int size = x[t].length / heads;
            for (int h = 0; h < heads; h++) {
                result[h][t] = Arrays.copyOfRange(x[t], h * size, (h + 1) * size);
            }
        }
        return result;
    }

    /// The columns from `from` to before `to`.
    public static double[][] columns(double[][] x, int from, int to) {
        return Arrays.stream(x)
                .map(row -> Arrays.copyOfRange(row, from, to))
                .toArray(double[][]::new);
    }

    /// Two matrices side by side.
    public static double[][] beside(double[][] a, double[][] b) {
        var result = new double[a.length][];
        for (int t = 0; t < a.length; t++) {
            result[t] = Arrays.copyOf(a[t], a[t].length + b[t].length);
            System.arraycopy(b[t], 0, result[t], a[t].length, b[t].length);
        }
        return result;
    }

    /// The mean cross-entropy in nats, with its gradient at the logits.
    ///
    /// Shapes: logits `[T, V]`, targets `[T]`.
    public static LossGradient crossEntropy(double[][] logits, int[] targets) {
        double loss = 0;
        double[][] gradient = Algebra.softmax(logits);
        for (int t = 0; t < logits.length; t++) {
            loss += (Algebra.logSumExp(logits[t]) - logits[t][targets[t]]) / logits.length;
            gradient[t][targets[t]] -= 1;
            int tokens = logits.length;
            gradient[t] = Arrays.stream(gradient[t]).map(g -> g / tokens).toArray();
        }
        return new LossGradient(loss, gradient);
    }
}
