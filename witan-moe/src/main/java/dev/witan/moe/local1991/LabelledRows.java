// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.local1991;

/// Rows of inputs with their targets, stored by column. Immutable.
public final class LabelledRows {

    final double[][] inputs;
    final double[][] targets;
    private final int count;

    private LabelledRows(double[][] inputs, double[][] targets, int count) {
        this.inputs = inputs;
        this.targets = targets;
        this.count = count;
    }

    /// Rows from arrays that hold one row each.
    ///
    /// Shapes: `inputs [N][D]`, `targets [N][M]`, all sizes at least 1. The arrays are copied.
    ///
    /// Errors: no row, rows of unequal length, or another number of targets than of inputs:
    /// [IllegalArgumentException].
    public static LabelledRows of(double[][] inputs, double[][] targets) {
        if (inputs.length != targets.length) {
            throw new IllegalArgumentException(
                    "targets must have one row per input row (%d), had %d"
                            .formatted(inputs.length, targets.length));
        }
        return new LabelledRows(
                columns("inputs", inputs), columns("targets", targets), inputs.length);
    }

    /// N, the number of rows.
    public int count() {
        return count;
    }

    /// D, the number of inputs.
    public int inputCount() {
        return inputs.length;
    }

    /// M, the number of targets.
    public int targetCount() {
        return targets.length;
    }

    /// A copy of one input for all rows, `[N]`.
    public double[] input(int index) {
        return inputs[index].clone();
    }

    /// A copy of one target for all rows, `[N]`.
    public double[] target(int index) {
        return targets[index].clone();
    }

    private static double[][] columns(String name, double[][] rows) {
        if (rows.length == 0 || rows[0].length == 0) {
            throw new IllegalArgumentException(name + " must have at least one row and one column");
        }
        var columns = new double[rows[0].length][rows.length];
        for (int row = 0; row < rows.length; row++) {
            if (rows[row].length != columns.length) {
                throw new IllegalArgumentException(
                        "%s row %d must have %d values, had %d"
                                .formatted(name, row, columns.length, rows[row].length));
            }
            for (int column = 0; column < columns.length; column++) {
                columns[column][row] = rows[row][column];
            }
        }
        return columns;
    }
}
