// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.local1991;

/// Arithmetic on columns: one array holds one variable for all N rows. Every sum has one fixed
/// order.
public final class Columns {

    private Columns() {}

    /// The total weighted input of one unit for all rows.
    ///
    /// Shapes: `inputs [D][N]`, `weights[offset .. offset + D]` with the bias last, `out [N]`.
    public static void weightedInput(
            double[][] inputs, double[] weights, int offset, double[] out) {
        int count = out.length;
        double bias = weights[offset + inputs.length];
        double[] first = inputs[0];
        double firstWeight = weights[offset];
        for (int row = 0; row < count; row++) {
            out[row] = bias + firstWeight * first[row];
        }
        for (int d = 1; d < inputs.length; d++) {
            double[] input = inputs[d];
            double weight = weights[offset + d];
            for (int row = 0; row < count; row++) {
                out[row] += weight * input[row];
            }
        }
    }

    /// Replaces each value `v` by `1 / (1 + e^−v)`; `scratch [N]` is overwritten.
    public static void logistic(double[] values, double[] scratch) {
        for (int row = 0; row < values.length; row++) {
            values[row] = -values[row];
        }
        PortableExp.exp(values, scratch);
        for (int row = 0; row < values.length; row++) {
            values[row] = 1 / (1 + values[row]);
        }
    }

    /// Replaces the K logits of each row by their softmax; the largest is subtracted first.
    ///
    /// Shapes: `logits [K][N]`, `scratch [2][N]`, overwritten.
    public static void softmax(double[][] logits, double[][] scratch) {
        double[] top = scratch[0];
        int count = top.length;
        System.arraycopy(logits[0], 0, top, 0, count);
        for (int k = 1; k < logits.length; k++) {
            double[] logit = logits[k];
            for (int row = 0; row < count; row++) {
                top[row] = Math.max(top[row], logit[row]);
            }
        }
        for (double[] logit : logits) {
            for (int row = 0; row < count; row++) {
                logit[row] -= top[row];
            }
            PortableExp.exp(logit, scratch[1]);
        }
        double[] inverse = scratch[0];
        System.arraycopy(logits[0], 0, inverse, 0, count);
        for (int k = 1; k < logits.length; k++) {
            double[] exponential = logits[k];
            for (int row = 0; row < count; row++) {
                inverse[row] += exponential[row];
            }
        }
        for (int row = 0; row < count; row++) {
            inverse[row] = 1 / inverse[row];
        }
        for (double[] exponential : logits) {
            for (int row = 0; row < count; row++) {
                exponential[row] *= inverse[row];
            }
        }
    }

    /// The gradient of one unit's weights, averaged over rows: `mean(delta · input_d)` for each
    /// input, then `mean(delta)` for the bias.
    ///
    /// Shapes: `inputs [D][N]`, `delta [N]`; writes `gradient[offset .. offset + D]`.
    public static void unitGradient(
            double[][] inputs, double[] delta, double[] gradient, int offset) {
        for (int d = 0; d < inputs.length; d++) {
            gradient[offset + d] = dot(inputs[d], delta) / delta.length;
        }
        gradient[offset + inputs.length] = sum(delta) / delta.length;
    }

    /// The sum of products, in four interleaved partial sums: the processor adds four at a time,
    /// and the order stays fixed.
    public static double dot(double[] left, double[] right) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int row = 0;
        for (; row + 3 < left.length; row += 4) {
            a += left[row] * right[row];
            b += left[row + 1] * right[row + 1];
            c += left[row + 2] * right[row + 2];
            d += left[row + 3] * right[row + 3];
        }
        for (; row < left.length; row++) {
            a += left[row] * right[row];
        }
        return (a + b) + (c + d);
    }

    /// The sum, in four interleaved partial sums.
    public static double sum(double[] values) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int row = 0;
        for (; row + 3 < values.length; row += 4) {
            a += values[row];
            b += values[row + 1];
            c += values[row + 2];
            d += values[row + 3];
        }
        for (; row < values.length; row++) {
            a += values[row];
        }
        return (a + b) + (c + d);
    }
}
