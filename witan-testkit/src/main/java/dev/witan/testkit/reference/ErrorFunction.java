// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

/// The error function and the normal distribution, to about 15 digits.
///
/// Below 3 the series with positive terms, erf x = 2/√π · e^(−x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!; above
/// it the continued fraction of erfc. Both are Abramowitz and Stegun 1964, 7.1.6 and 7.1.14.
public final class ErrorFunction {
    private static final double SWITCH = 3;
    private static final int FRACTION_TERMS = 200;

    private ErrorFunction() {}

    /// erf x.
    public static double erf(double x) {
        double magnitude = Math.abs(x);
        double value = magnitude < SWITCH ? series(magnitude) : 1 - fraction(magnitude);
        return Math.copySign(value, x);
    }

    /// erfc x = 1 − erf x, without cancellation for large x.
    public static double erfc(double x) {
        return x < SWITCH ? 1 - erf(x) : fraction(x);
    }

    /// The distribution function Φ of the standard normal distribution.
    public static double normalCdf(double x) {
        return erfc(-x / Math.sqrt(2)) / 2;
    }

    /// The density φ of the standard normal distribution.
    public static double normalDensity(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    private static double series(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; term > sum * 1e-18; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    private static double fraction(double x) {
        double tail = x;
        for (int n = FRACTION_TERMS; n >= 1; n--) {
            tail = x + n / 2.0 / tail;
        }
        return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
    }
}
