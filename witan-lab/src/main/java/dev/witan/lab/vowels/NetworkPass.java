// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import dev.witan.moe.local1991.Columns;
import dev.witan.moe.local1991.LabelledRows;

/// One pass of a [LogisticNetwork] over a batch, and the room it needs. Reusable.
///
/// Threads: one at a time.
final class NetworkPass {

    private final int count;
    private final double[][] inputs; // [D][N]
    private final double[] target; // [N]
    private final double[][] units; // [H][N]
    private final double[] output; // [N]
    private final double[] outputDelta; // [N]
    private final double[] delta; // [N], also scratch
    private double[] parameters = {};

    NetworkPass(int inputs, int hidden, LabelledRows rows) {
        if (rows.inputCount() != inputs || rows.targetCount() != 1) {
            throw new IllegalArgumentException(
                    "rows must have %d inputs and 1 target, had %d and %d"
                            .formatted(inputs, rows.inputCount(), rows.targetCount()));
        }
        count = rows.count();
        this.inputs = new double[inputs][];
        for (int d = 0; d < inputs; d++) {
            this.inputs[d] = rows.input(d);
        }
        target = rows.target(0);
        units = new double[hidden][count];
        output = new double[count];
        outputDelta = new double[count];
        delta = new double[count];
    }

    NetworkPass forward(LogisticNetwork network) {
        if (network.inputs() != inputs.length || network.hidden() != units.length) {
            throw new IllegalArgumentException(
                    "network must have %d inputs and %d hidden units, had %d and %d"
                            .formatted(
                                    inputs.length,
                                    units.length,
                                    network.inputs(),
                                    network.hidden()));
        }
        parameters = network.parameters;
        for (int h = 0; h < units.length; h++) {
            Columns.weightedInput(inputs, parameters, h * (inputs.length + 1), units[h]);
            Columns.logistic(units[h], delta);
        }
        Columns.weightedInput(units, parameters, outputOffset(), output);
        Columns.logistic(output, delta);
        return this;
    }

    /// A copy of the outputs, `[N]`.
    double[] outputs() {
        return output.clone();
    }

    /// The squared error `(t − y)²`, averaged over rows.
    double meanSquaredError() {
        for (int row = 0; row < count; row++) {
            delta[row] = target[row] - output[row];
        }
        return Columns.dot(delta, delta) / count;
    }

    /// The gradient of `½(t − y)²`, averaged over rows, in the network's layout.
    double[] gradient() {
        if (parameters.length == 0) {
            throw new IllegalStateException("call forward first");
        }
        var gradient = new double[parameters.length];
        for (int row = 0; row < count; row++) {
            double y = output[row];
            outputDelta[row] = (y - target[row]) * y * (1 - y);
        }
        int offset = outputOffset();
        Columns.unitGradient(units, outputDelta, gradient, offset);
        for (int h = 0; h < units.length; h++) {
            double weight = parameters[offset + h];
            double[] unit = units[h];
            for (int row = 0; row < count; row++) {
                delta[row] = outputDelta[row] * weight * unit[row] * (1 - unit[row]);
            }
            Columns.unitGradient(inputs, delta, gradient, h * (inputs.length + 1));
        }
        return gradient;
    }

    private int outputOffset() {
        return units.length * (inputs.length + 1);
    }
}
