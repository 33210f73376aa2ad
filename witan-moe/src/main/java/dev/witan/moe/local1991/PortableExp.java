// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.local1991;

/// The exponential function with the same bits on every machine.
///
/// `Math.exp` may differ in the last bit between machines, and `StrictMath.exp` is several times
/// slower. This one uses only IEEE additions, multiplications and bit operations, in loops that the
/// JIT compiler can vectorise: `x = n·ln 2 + r` with `|r| ≤ ½ ln 2`, a Taylor polynomial of degree
/// 13 for `e^r` (its remainder is below 4e-18), then a shift of the exponent by `n`.
///
/// Numerics: within 2 units in the last place of the true value. Arguments beyond ±708 count as
/// ±708, so the result is never zero, subnormal or infinite; NaN stays NaN.
public final class PortableExp {

    private static final double LIMIT = 708;
    private static final double LOG2_E = 0x1.71547652b82fep0;
    // ln 2 in two parts: the first has 20 zero bits at its end, so its product with n is exact.
    private static final double LN2_HIGH = 0x1.62e42feep-1;
    private static final double LN2_LOW = 0x1.a39ef35793c76p-33;
    // Adding it rounds to an integer, which then lies in the low bits of the sum.
    private static final double ROUNDING = 0x1.8p52;
    private static final long EXPONENT_BIAS = 1023;
    private static final int EXPONENT_SHIFT = 52;

    private PortableExp() {}

    /// Replaces each value by its exponential.
    ///
    /// Shapes: `values [N]`, `scratch` at least `[N]`, overwritten.
    public static void exp(double[] values, double[] scratch) {
        int count = values.length;
        for (int i = 0; i < count; i++) {
            if (!(Math.abs(values[i]) <= LIMIT)) {
                values[i] = Math.max(-LIMIT, Math.min(LIMIT, values[i]));
            }
        }
        // Two loops, because the bit operations would keep the arithmetic from being vectorised.
        for (int i = 0; i < count; i++) {
            double x = values[i];
            double shifted = x * LOG2_E + ROUNDING;
            double n = shifted - ROUNDING;
            scratch[i] = shifted;
            values[i] = polynomial((x - n * LN2_HIGH) - n * LN2_LOW);
        }
        for (int i = 0; i < count; i++) {
            long exponent = Double.doubleToRawLongBits(scratch[i]) + EXPONENT_BIAS;
            values[i] *= Double.longBitsToDouble(exponent << EXPONENT_SHIFT);
        }
    }

    /// Estrin's scheme: short chains of dependent operations.
    private static double polynomial(double r) {
        double r2 = r * r;
        double r4 = r2 * r2;
        double low = (1 + r) + (1.0 / 2 + r * (1.0 / 6)) * r2;
        double middle = (1.0 / 24 + r * (1.0 / 120)) + (1.0 / 720 + r * (1.0 / 5_040)) * r2;
        double high =
                (1.0 / 40_320 + r * (1.0 / 362_880))
                        + (1.0 / 3_628_800 + r * (1.0 / 39_916_800)) * r2;
        double top = 1.0 / 479_001_600 + r * (1.0 / 6_227_020_800.0);
        return low + middle * r4 + (high + top * r4) * (r4 * r4);
    }
}
