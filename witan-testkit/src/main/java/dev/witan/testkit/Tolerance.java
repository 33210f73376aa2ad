// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit;

/// How far a sum of products may be off: |Δ| ≤ 4 · ε · √n · Σ|aᵢ bᵢ|, n the number of products.
///
/// The bound follows the data, where a fixed tolerance is too loose for small results and too tight
/// for long sums with cancellation.
///
/// @param epsilon distance from 1 to the next value of the operands' type
public record Tolerance(double epsilon) {
    /// Operands in float32.
    public static final Tolerance FLOAT32 = new Tolerance(0x1p-23);

    /// Operands in bfloat16.
    public static final Tolerance BFLOAT16 = new Tolerance(0x1p-7);

    public Tolerance {
        if (!(epsilon > 0 && epsilon < 1)) {
            throw new IllegalArgumentException("epsilon must be in (0, 1), was " + epsilon);
        }
    }

    /// The largest difference allowed for a sum of `products` products whose magnitudes add up to
    /// `magnitude`.
    public double bound(int products, double magnitude) {
        return 4 * epsilon * Math.sqrt(products) * magnitude;
    }

    /// Whether `actual` is an acceptable value of the inner product of `a` and `b`.
    ///
    /// Not a number is never acceptable.
    public boolean accepts(double actual, double[] a, double[] b) {
        double expected = 0;
        double magnitude = 0;
        for (int i = 0; i < a.length; i++) {
            expected += a[i] * b[i];
            magnitude += Math.abs(a[i] * b[i]);
        }
        return Math.abs(actual - expected) <= bound(a.length, magnitude);
    }

    /// Whether every element of `actual`, row-major, is an acceptable value of `x · weightᵀ`.
    ///
    /// Shapes: x `[T, in]`, weight `[out, in]`, actual `[T · out]`.
    public boolean acceptsLinear(float[] actual, double[][] x, double[][] weight) {
        if (actual.length != x.length * weight.length) {
            return false;
        }
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < weight.length; o++) {
                if (!accepts(actual[t * weight.length + o], x[t], weight[o])) {
                    return false;
                }
            }
        }
        return true;
    }
}
