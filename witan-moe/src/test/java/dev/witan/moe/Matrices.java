// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.Tensors;
import dev.witan.testkit.Seeded;

import org.bytedeco.pytorch.Tensor;

import java.util.Arrays;

/// Matrices on their way between the float64 references and tensors.
public final class Matrices {
    private Matrices() {}

    /// A float32 tensor `[rows,columns]` of the values, which may have no rows.
    public static Tensor tensor(double[][] matrix, int columns) {
        return Tensors.of(Seeded.flatFloats(matrix), matrix.length, columns);
    }

    /// The rows of a matrix tensor.
    public static double[][] rows(Tensor tensor) {
        int columns = Math.toIntExact(tensor.size(1));
        double[] flat = Tensors.toDoubles(tensor);
        double[][] rows = new double[Math.toIntExact(tensor.size(0))][];
        Arrays.setAll(rows, r -> Arrays.copyOfRange(flat, r * columns, r * columns + columns));
        return rows;
    }

    /// Normal values rounded to multiples of 1/16: exact in float32, with many ties, and different
    /// values are far enough apart for float32 and float64 to order their scores alike.
    public static double[][] grid(long seed, int rows, int columns) {
        double[][] matrix = Seeded.normal(seed, rows, columns, 1.5);
        for (double[] row : matrix) {
            Arrays.setAll(row, c -> Math.rint(row[c] * 16) / 16);
        }
        return matrix;
    }

    /// Checks `|actual - expected| <= tolerance * (1 + |expected|)` for every element.
    public static void assertClose(Tensor actual, double[][] expected, double tolerance) {
        assertClose(Tensors.toDoubles(actual), flat(expected), tolerance);
    }

    /// Checks `|actual - expected| <= tolerance * (1 + |expected|)` for every element; not a number
    /// equals only itself.
    public static void assertClose(double[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            boolean close =
                    Double.isNaN(expected[i])
                            ? Double.isNaN(actual[i])
                            : Math.abs(actual[i] - expected[i])
                                    <= tolerance * (1 + Math.abs(expected[i]));
            assertThat(close)
                    .as("element %d: expected %s, was %s", i, expected[i], actual[i])
                    .isTrue();
        }
    }

    /// The elements row after row.
    public static double[] flat(double[][] matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
    }

    /// The same values in float64.
    public static double[] doubles(float[] values) {
        double[] all = new double[values.length];
        Arrays.setAll(all, i -> values[i]);
        return all;
    }

    /// The ids row after row.
    public static int[] flat(int[][] ids) {
        return Arrays.stream(ids).flatMapToInt(Arrays::stream).toArray();
    }
}
