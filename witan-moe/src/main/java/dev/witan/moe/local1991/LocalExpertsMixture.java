// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.local1991;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// The 1991 mixture: K logistic experts `o_i = σ(W_i x + b_i)`, blended by a softmax gate that is
/// linear in the input. Immutable; a step gives a new one.
///
/// ```java
/// var mixture = LocalExpertsMixture.random(new MixtureShape(4, 2, 1), new SplittableRandom(1));
/// var pass = new MixturePass(mixture.shape(), rows);
/// while (pass.forward(mixture).meanSquaredError() > 0.08) {
///   mixture = mixture.descend(pass.gradient(MixtureLoss.LIKELIHOOD), 10);
/// }
/// ```
///
/// Source: Jacobs, Jordan, Nowlan and Hinton 1991.
public final class LocalExpertsMixture {

    private static final double INITIAL_RANGE = 0.1;

    private final MixtureShape shape;
    final double[] parameters;

    private LocalExpertsMixture(MixtureShape shape, double[] parameters) {
        this.shape = shape;
        this.parameters = parameters;
    }

    /// A mixture at its start: the gate zero, so that all proportions are equal as in the paper,
    /// and the experts' weights and biases uniform in ±0.1, which the paper leaves open.
    public static LocalExpertsMixture random(MixtureShape shape, RandomGenerator random) {
        var parameters = new double[shape.parameterCount()];
        for (int i = 0; i < shape.gateOffset(0); i++) {
            parameters[i] = (2 * random.nextDouble() - 1) * INITIAL_RANGE;
        }
        return new LocalExpertsMixture(shape, parameters);
    }

    /// A mixture with these parameters, in the layout of [MixtureShape]; the array is copied.
    public static LocalExpertsMixture of(MixtureShape shape, double[] parameters) {
        requireParameters("parameters", shape, parameters);
        return new LocalExpertsMixture(shape, parameters.clone());
    }

    public MixtureShape shape() {
        return shape;
    }

    /// A copy of all parameters, in the layout of [MixtureShape].
    public double[] parameters() {
        return parameters.clone();
    }

    /// A copy of one output's weights in one expert, `[D + 1]`, the bias last.
    public double[] expertWeights(int expert, int output) {
        int offset = shape.expertOffset(expert, output);
        return Arrays.copyOfRange(parameters, offset, offset + shape.unitSize());
    }

    /// A copy of the gate's weights for one expert, `[D + 1]`, the bias last.
    public double[] gateWeights(int expert) {
        int offset = shape.gateOffset(expert);
        return Arrays.copyOfRange(parameters, offset, offset + shape.unitSize());
    }

    /// A pass over these rows. Code that repeats it keeps one [MixturePass] instead.
    public MixturePass forward(LabelledRows rows) {
        return new MixturePass(shape, rows).forward(this);
    }

    /// The mixture one gradient-descent step further: `parameters − learningRate · gradient`.
    public LocalExpertsMixture descend(double[] gradient, double learningRate) {
        requireParameters("gradient", shape, gradient);
        double[] next = parameters.clone();
        for (int i = 0; i < next.length; i++) {
            next[i] -= learningRate * gradient[i];
        }
        return new LocalExpertsMixture(shape, next);
    }

    private static void requireParameters(String name, MixtureShape shape, double[] values) {
        if (values.length != shape.parameterCount()) {
            throw new IllegalArgumentException(
                    "%s must have %d values, had %d"
                            .formatted(name, shape.parameterCount(), values.length));
        }
    }
}
