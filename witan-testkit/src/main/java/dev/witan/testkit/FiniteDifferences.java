// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit;

import java.util.function.ToDoubleFunction;

/// Central differences: the gradient of a scalar function by evaluating it around a point.
///
/// With the default step a smooth function of size 1 comes out right to about 1e-9. The function
/// sees a private copy; the point itself is never changed.
public final class FiniteDifferences {
    /// Near the cube root of the float64 epsilon, where truncation and cancellation balance.
    public static final double STEP = 6e-6;

    private FiniteDifferences() {}

    /// The gradient at a vector.
    public static double[] gradient(ToDoubleFunction<double[]> function, double[] point) {
        return gradient((double[][] p) -> function.applyAsDouble(p[0]), new double[][] {point})[0];
    }

    /// The gradient at a matrix; rows may differ in length.
    public static double[][] gradient(ToDoubleFunction<double[][]> function, double[][] point) {
        var gradient = new double[point.length][];
        for (int r = 0; r < point.length; r++) {
            gradient[r] = new double[point[r].length];
            for (int c = 0; c < point[r].length; c++) {
                gradient[r][c] = partial(function, point, r, c);
            }
        }
        return gradient;
    }

    /// One partial derivative: for spot checks where a whole gradient would take too long.
    public static double partial(
            ToDoubleFunction<double[][]> function, double[][] point, int row, int column) {
        double[][] moved = new double[point.length][];
        for (int r = 0; r < point.length; r++) {
            moved[r] = point[r].clone();
        }
        moved[row][column] = point[row][column] + STEP;
        double above = function.applyAsDouble(moved);
        moved[row][column] = point[row][column] - STEP;
        double below = function.applyAsDouble(moved);
        return (above - below) / (2 * STEP);
    }

    /// The largest difference of two gradients over the largest magnitude of either, 0 if both are
    /// 0.
    ///
    /// Relative to the whole array: an element near 0 carries no digits of its own.
    public static double relativeError(double[][] expected, double[][] actual) {
        if (expected.length != actual.length) {
            throw new IllegalArgumentException(
                    "gradients must have one shape, had "
                            + expected.length
                            + " and "
                            + actual.length
                            + " rows");
        }
        double difference = 0;
        double magnitude = 0;
        for (int r = 0; r < expected.length; r++) {
            if (expected[r].length != actual[r].length) {
                throw new IllegalArgumentException(
                        "row "
                                + r
                                + " must have one length, had "
                                + expected[r].length
                                + " and "
                                + actual[r].length);
            }
            for (int c = 0; c < expected[r].length; c++) {
                difference = Math.max(difference, Math.abs(expected[r][c] - actual[r][c]));
                magnitude =
                        Math.max(
                                magnitude,
                                Math.max(Math.abs(expected[r][c]), Math.abs(actual[r][c])));
            }
        }
        return magnitude == 0 ? 0 : difference / magnitude;
    }
}
