// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import dev.witan.moe.local1991.LabelledRows;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// The network that the paper compares with: one hidden layer and one output, all logistic units.
/// Immutable.
///
/// Parameters lie in one array: D + 1 weights of each hidden unit (bias last), then H + 1 of the
/// output (bias last).
final class LogisticNetwork {

    private static final double INITIAL_RANGE = 0.1;

    private final int inputs;
    private final int hidden;
    final double[] parameters;

    private LogisticNetwork(int inputs, int hidden, double[] parameters) {
        this.inputs = inputs;
        this.hidden = hidden;
        this.parameters = parameters;
    }

    /// A network with weights and biases uniform in ±0.1.
    static LogisticNetwork random(int inputs, int hidden, RandomGenerator random) {
        var parameters = new double[parameterCount(inputs, hidden)];
        Arrays.setAll(parameters, _ -> (2 * random.nextDouble() - 1) * INITIAL_RANGE);
        return new LogisticNetwork(inputs, hidden, parameters);
    }

    /// A network with these parameters; the array is copied.
    static LogisticNetwork of(int inputs, int hidden, double[] parameters) {
        requireParameters("parameters", parameterCount(inputs, hidden), parameters);
        return new LogisticNetwork(inputs, hidden, parameters.clone());
    }

    static int parameterCount(int inputs, int hidden) {
        if (inputs < 1 || hidden < 1) {
            throw new IllegalArgumentException(
                    "inputs and hidden must be at least 1, were %d and %d"
                            .formatted(inputs, hidden));
        }
        return hidden * (inputs + 1) + hidden + 1;
    }

    int inputs() {
        return inputs;
    }

    int hidden() {
        return hidden;
    }

    /// A pass over these rows. Code that repeats it keeps one [NetworkPass] instead.
    NetworkPass forward(LabelledRows rows) {
        return new NetworkPass(inputs, hidden, rows).forward(this);
    }

    /// The network one gradient-descent step further: `parameters − learningRate · gradient`.
    LogisticNetwork descend(double[] gradient, double learningRate) {
        requireParameters("gradient", parameters.length, gradient);
        double[] next = parameters.clone();
        for (int i = 0; i < next.length; i++) {
            next[i] -= learningRate * gradient[i];
        }
        return new LogisticNetwork(inputs, hidden, next);
    }

    private static void requireParameters(String name, int count, double[] values) {
        if (values.length != count) {
            throw new IllegalArgumentException(
                    "%s must have %d values, had %d".formatted(name, count, values.length));
        }
    }
}
