// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.local1991;

import java.util.Arrays;

/// One pass of a mixture over a batch, and the room it needs. Reusable: each [#forward] replaces
/// what the previous one left.
///
/// Threads: one at a time.
///
/// Source: Jacobs, Jordan, Nowlan and Hinton 1991, Eqs. 1 to 3.
public final class MixturePass {

    private final MixtureShape shape;
    private final LabelledRows rows;
    private final int count;
    private final double[][][] outputs; // [K][M][N], o
    private final double[][] logits; // [K][N], x
    private final double[][] proportions; // [K][N], p
    private final double[][] blend; // [M][N], y
    private final double[][] share; // [K][N], h, or the gate's delta
    private final double[] delta;
    private final double[] squared;
    private final double[][] scratch;
    private boolean filled;

    /// Room for passes of mixtures of this shape over these rows.
    public MixturePass(MixtureShape shape, LabelledRows rows) {
        if (rows.inputCount() != shape.inputs() || rows.targetCount() != shape.outputs()) {
            throw new IllegalArgumentException(
                    "rows must have %d inputs and %d targets, had %d and %d"
                            .formatted(
                                    shape.inputs(),
                                    shape.outputs(),
                                    rows.inputCount(),
                                    rows.targetCount()));
        }
        this.shape = shape;
        this.rows = rows;
        count = rows.count();
        outputs = new double[shape.experts()][shape.outputs()][count];
        logits = new double[shape.experts()][count];
        proportions = new double[shape.experts()][count];
        blend = new double[shape.outputs()][count];
        share = new double[shape.experts()][count];
        delta = new double[count];
        squared = new double[count];
        scratch = new double[2][count];
    }

    /// Computes outputs, proportions and blend; returns this pass.
    public MixturePass forward(LocalExpertsMixture mixture) {
        if (!mixture.shape().equals(shape)) {
            throw new IllegalArgumentException(
                    "mixture must have " + shape + ", had " + mixture.shape());
        }
        double[] parameters = mixture.parameters;
        for (int k = 0; k < shape.experts(); k++) {
            for (int m = 0; m < shape.outputs(); m++) {
                Columns.weightedInput(
                        rows.inputs, parameters, shape.expertOffset(k, m), outputs[k][m]);
                Columns.logistic(outputs[k][m], scratch[0]);
            }
            Columns.weightedInput(rows.inputs, parameters, shape.gateOffset(k), logits[k]);
            System.arraycopy(logits[k], 0, proportions[k], 0, count);
        }
        Columns.softmax(proportions, scratch);
        for (int m = 0; m < shape.outputs(); m++) {
            Arrays.fill(blend[m], 0);
            for (int k = 0; k < shape.experts(); k++) {
                addProducts(proportions[k], outputs[k][m], blend[m]);
            }
        }
        filled = true;
        return this;
    }

    /// A copy of one output's blend `Σ p_i o_i`, `[N]`.
    public double[] blend(int output) {
        requireFilled();
        return blend[output].clone();
    }

    /// A copy of the gate's proportions for one expert, `[N]`.
    public double[] proportions(int expert) {
        requireFilled();
        return proportions[expert].clone();
    }

    /// The posterior probabilities that each expert made the target, `h_i = p_i exp(−½‖d − o_i‖²) /
    /// Σ p_j exp(−½‖d − o_j‖²)`, `[K][N]`.
    public double[][] posteriors() {
        requireFilled();
        computePosteriors();
        var copies = new double[shape.experts()][];
        Arrays.setAll(copies, k -> share[k].clone());
        return copies;
    }

    /// The squared error of the blend, `‖d − y‖²`, averaged over rows. The paper stops on this one
    /// whatever the loss.
    public double meanSquaredError() {
        requireFilled();
        squaredErrors(blend);
        return Columns.sum(squared) / count;
    }

    /// The loss, averaged over rows.
    public double loss(MixtureLoss loss) {
        return switch (loss) {
            case COOPERATIVE -> meanSquaredError();
            case COMPETITIVE -> {
                requireFilled();
                double total = 0;
                for (int k = 0; k < shape.experts(); k++) {
                    squaredErrors(outputs[k]);
                    total += Columns.dot(proportions[k], squared);
                }
                yield total / count;
            }
            case LIKELIHOOD -> negativeLogLikelihood();
        };
    }

    /// The gradient of [#loss] in the parameters, in the layout of [MixtureShape]. The caller owns
    /// it.
    public double[] gradient(MixtureLoss loss) {
        requireFilled();
        var gradient = new double[shape.parameterCount()];
        switch (loss) {
            case COOPERATIVE -> cooperativeGradient(gradient);
            case COMPETITIVE -> competitiveGradient(gradient);
            case LIKELIHOOD -> likelihoodGradient(gradient);
        }
        return gradient;
    }

    /// `∂E/∂o_i = −2 p_i (d − y)`, `∂E/∂x_i = −2 p_i (d − y)·(o_i − y)`.
    private void cooperativeGradient(double[] gradient) {
        for (int k = 0; k < shape.experts(); k++) {
            double[] gateDelta = share[k];
            Arrays.fill(gateDelta, 0);
            for (int m = 0; m < shape.outputs(); m++) {
                double[] output = outputs[k][m];
                for (int row = 0; row < count; row++) {
                    double pull = -2 * proportions[k][row] * (rows.targets[m][row] - blend[m][row]);
                    delta[row] = pull * output[row] * (1 - output[row]);
                    gateDelta[row] += pull * (output[row] - blend[m][row]);
                }
                Columns.unitGradient(rows.inputs, delta, gradient, shape.expertOffset(k, m));
            }
            Columns.unitGradient(rows.inputs, gateDelta, gradient, shape.gateOffset(k));
        }
    }

    /// `∂E/∂o_i = −2 p_i (d − o_i)`, `∂E/∂x_i = p_i (‖d − o_i‖² − E)`.
    private void competitiveGradient(double[] gradient) {
        double[] expected = scratch[0];
        Arrays.fill(expected, 0);
        for (int k = 0; k < shape.experts(); k++) {
            squaredErrors(outputs[k]);
            System.arraycopy(squared, 0, share[k], 0, count);
            addProducts(proportions[k], squared, expected);
        }
        for (int k = 0; k < shape.experts(); k++) {
            expertGradients(k, 2, proportions[k], gradient);
            for (int row = 0; row < count; row++) {
                delta[row] = proportions[k][row] * (share[k][row] - expected[row]);
            }
            Columns.unitGradient(rows.inputs, delta, gradient, shape.gateOffset(k));
        }
    }

    /// `∂E/∂o_i = −h_i (d − o_i)`, `∂E/∂x_i = p_i − h_i`.
    private void likelihoodGradient(double[] gradient) {
        computePosteriors();
        for (int k = 0; k < shape.experts(); k++) {
            expertGradients(k, 1, share[k], gradient);
            for (int row = 0; row < count; row++) {
                delta[row] = proportions[k][row] - share[k][row];
            }
            Columns.unitGradient(rows.inputs, delta, gradient, shape.gateOffset(k));
        }
    }

    /// The gradients of one expert for `∂E/∂o = −factor · responsibility · (d − o)`.
    private void expertGradients(
            int expert, double factor, double[] responsibility, double[] gradient) {
        for (int m = 0; m < shape.outputs(); m++) {
            double[] output = outputs[expert][m];
            double[] target = rows.targets[m];
            for (int row = 0; row < count; row++) {
                double pull = factor * responsibility[row] * (output[row] - target[row]);
                delta[row] = pull * output[row] * (1 - output[row]);
            }
            Columns.unitGradient(rows.inputs, delta, gradient, shape.expertOffset(expert, m));
        }
    }

    /// Joint log-weights `x_i − ½‖d − o_i‖²`, into `share`.
    private void computeJointLogits() {
        for (int k = 0; k < shape.experts(); k++) {
            squaredErrors(outputs[k]);
            for (int row = 0; row < count; row++) {
                share[k][row] = logits[k][row] - 0.5 * squared[row];
            }
        }
    }

    private void computePosteriors() {
        computeJointLogits();
        Columns.softmax(share, scratch);
    }

    /// `E = lse(x) − lse(x − ½‖d − o‖²)`, each log-sum-exp with its largest term taken out: no
    /// expert is lost to underflow however sure the gate is.
    private double negativeLogLikelihood() {
        requireFilled();
        computeJointLogits();
        for (int row = 0; row < count; row++) {
            squared[row] = logSumExp(logits, row) - logSumExp(share, row);
        }
        return Columns.sum(squared) / count;
    }

    private static double logSumExp(double[][] logits, int row) {
        double top = Double.NEGATIVE_INFINITY;
        for (double[] logit : logits) {
            top = Math.max(top, logit[row]);
        }
        double total = 0;
        for (double[] logit : logits) {
            total += StrictMath.exp(logit[row] - top);
        }
        return top + StrictMath.log(total);
    }

    /// `‖d − o‖²` of each row, into `squared`.
    private void squaredErrors(double[][] output) {
        Arrays.fill(squared, 0);
        for (int m = 0; m < shape.outputs(); m++) {
            double[] target = rows.targets[m];
            double[] value = output[m];
            for (int row = 0; row < count; row++) {
                double error = target[row] - value[row];
                squared[row] += error * error;
            }
        }
    }

    private static void addProducts(double[] left, double[] right, double[] sum) {
        for (int row = 0; row < sum.length; row++) {
            sum[row] += left[row] * right[row];
        }
    }

    private void requireFilled() {
        if (!filled) {
            throw new IllegalStateException("call forward first");
        }
    }
}
