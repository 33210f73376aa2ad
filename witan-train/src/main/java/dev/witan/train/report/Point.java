// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

/// A point of a curve, perhaps with an interval around it.
///
/// @param x horizontal value, such as a step
/// @param y the value, or the mean of several
/// @param halfWidth half the width of the interval around `y`; 0 for none
public record Point(double x, double y, double halfWidth) {
    private static final double LARGEST = 1e150;

    /// A point without an interval.
    public static Point of(double x, double y) {
        return new Point(x, y, 0);
    }

    /// Whether all numbers are finite, and small enough that differences are finite too.
    boolean isFinite() {
        return Math.abs(x) < LARGEST && Math.abs(y) < LARGEST && Math.abs(halfWidth) < LARGEST;
    }

    double low() {
        return y - Math.abs(halfWidth);
    }

    double high() {
        return y + Math.abs(halfWidth);
    }
}
