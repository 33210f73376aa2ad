// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Reproducible test data: one seed gives one array.
public final class Seeded {
    private Seeded() {}

    /// A matrix of independent normal values with mean 0 and standard deviation `scale`.
    public static double[][] normal(long seed, int rows, int columns, double scale) {
        var random = new SplittableRandom(seed);
        var matrix = new double[rows][columns];
        for (double[] row : matrix) {
            Arrays.setAll(row, _ -> scale * random.nextGaussian());
        }
        return matrix;
    }

    /// A standard normal matrix.
    public static double[][] normal(long seed, int rows, int columns) {
        return normal(seed, rows, columns, 1);
    }

    /// A vector of independent values, uniform in [0, 1).
    public static double[] uniform(long seed, int length) {
        var random = new SplittableRandom(seed);
        return random.doubles(length).toArray();
    }

    /// A vector of independent integers in `[0, bound)`.
    public static int[] integers(long seed, int length, int bound) {
        var random = new SplittableRandom(seed);
        return random.ints(length, 0, bound).toArray();
    }

    /// A standard normal matrix rounded to float32: the same value goes exactly into a float32
    /// implementation and into a float64 reference.
    public static double[][] normalFloats(long seed, int rows, int columns) {
        double[][] matrix = normal(seed, rows, columns, 1);
        for (double[] row : matrix) {
            Arrays.setAll(row, c -> (double) (float) row[c]);
        }
        return matrix;
    }

    /// The elements of a matrix, row after row, rounded to float32.
    public static float[] flatFloats(double[][] matrix) {
        int length = Arrays.stream(matrix).mapToInt(row -> row.length).sum();
        var flat = new float[length];
        int at = 0;
        for (double[] row : matrix) {
            for (double value : row) {
                flat[at++] = (float) value;
            }
        }
        return flat;
    }

    /// A small matrix full of ties: every value is one of −1, 0 and 1.
    public static double[][] ties(long seed, int rows, int columns) {
        var random = new SplittableRandom(seed);
        var matrix = new double[rows][columns];
        for (double[] row : matrix) {
            Arrays.setAll(row, _ -> random.nextInt(-1, 2));
        }
        return matrix;
    }
}
