// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.statistics;

/// Student's t distribution.
///
/// Source: Abramowitz and Stegun 1964, 26.7.1 and 26.5.8 (continued fraction of the incomplete beta
/// function), 6.1.41 (Stirling's series).
public final class StudentT {

    private static final int MAX_ITERATIONS = 1_000;
    private static final double PRECISION = 1e-15;
    private static final int BISECTIONS = 100;
    private static final double TINY = 1e-300;
    // From here on the first omitted term of Stirling's series is about 1e-16.
    private static final double STIRLING_FROM = 16;

    private StudentT() {}

    /// The probability that |T| is at least |t|: the incomplete beta function `I_x(ν/2, ½)` at `x =
    /// ν / (ν + t²)`.
    public static double twoSidedP(double t, int degreesOfFreedom) {
        if (degreesOfFreedom < 1) {
            throw new IllegalArgumentException(
                    "degreesOfFreedom must be at least 1, was " + degreesOfFreedom);
        }
        if (Double.isNaN(t)) {
            return Double.NaN;
        }
        double sum = degreesOfFreedom + t * t;
        return incompleteBeta(degreesOfFreedom / sum, t * t / sum, degreesOfFreedom / 2.0, 0.5);
    }

    /// The value that |T| exceeds with probability `p`: 4.303 for `p = 0.05` and 2 degrees of
    /// freedom.
    ///
    /// Errors: `p` outside (0, 1) is an `IllegalArgumentException`.
    public static double twoSidedQuantile(double p, int degreesOfFreedom) {
        if (!(p > 0 && p < 1)) {
            throw new IllegalArgumentException("p must be in (0, 1), was " + p);
        }
        double high = 1;
        while (twoSidedP(high, degreesOfFreedom) > p) {
            high *= 2;
        }
        double low = 0;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            if (twoSidedP(middle, degreesOfFreedom) > p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /// The regularised incomplete beta function `I_x(a, b)`. Takes `1 − x` too, which near `x = 1`
    /// has digits that `x` has lost.
    private static double incompleteBeta(double x, double complement, double a, double b) {
        if (x <= 0 || complement <= 0) {
            return x <= 0 ? 0 : 1;
        }
        // The fraction converges fast on this side only; the other side is the mirror image.
        if (x > (a + 1) / (a + b + 2)) {
            return 1 - incompleteBeta(complement, x, b, a);
        }
        double logFactor =
                a * StrictMath.log(x)
                        + b * StrictMath.log(complement)
                        + logGamma(a + b)
                        - logGamma(a)
                        - logGamma(b);
        return StrictMath.exp(logFactor) * betaFraction(x, a, b) / a;
    }

    /// The continued fraction by Lentz's method.
    private static double betaFraction(double x, double a, double b) {
        double c = 1;
        double d = 1 / awayFromZero(1 - (a + b) * x / (a + 1));
        double result = d;
        for (int m = 1; m <= MAX_ITERATIONS; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / awayFromZero(1 + even * d);
            c = awayFromZero(1 + even / c);
            result *= c * d;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / awayFromZero(1 + odd * d);
            c = awayFromZero(1 + odd / c);
            result *= c * d;
            if (Math.abs(c * d - 1) < PRECISION) {
                return result;
            }
        }
        throw new ArithmeticException(
                "incomplete beta function did not converge at x = %s, a = %s, b = %s"
                        .formatted(x, a, b));
    }

    private static double awayFromZero(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }

    /// ln Γ(z) for z > 0: Stirling's series, after Γ(z) = Γ(z + 1) / z has made z large enough.
    static double logGamma(double z) {
        double product = 1;
        double large = z;
        while (large < STIRLING_FROM) {
            product *= large;
            large++;
        }
        double inverse = 1 / large;
        double square = inverse * inverse;
        double series =
                inverse
                        * (1.0 / 12
                                - square
                                        * (1.0 / 360
                                                - square
                                                        * (1.0 / 1_260
                                                                - square
                                                                        * (1.0 / 1_680
                                                                                - square
                                                                                        / 1_188))));
        return (large - 0.5) * StrictMath.log(large)
                - large
                + 0.5 * StrictMath.log(2 * Math.PI)
                + series
                - StrictMath.log(product);
    }
}
