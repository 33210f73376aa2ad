// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import static dev.witan.testkit.reference.Algebra.softmax;

/// The three error functions of the adaptive mixture of local experts, for one case.
///
/// Shapes: gateLogits `[E]`, outputs o `[E, O]`, target d `[O]`. With p = softmax(gateLogits):
///
/// - `COOPERATIVE` (Eq. 1): ‖d − Σ p_i o_i‖²
/// - `COMPETITIVE` (Eq. 2): Σ p_i ‖d − o_i‖²
/// - `LIKELIHOOD` (Eq. 3): −log Σ p_i exp(−½ ‖d − o_i‖²)
///
/// Source: Jacobs, Jordan, Nowlan, Hinton 1991, Neural Computation 3, 79 to 87.
public enum ReferenceLocalExperts {
    COOPERATIVE,
    COMPETITIVE,
    LIKELIHOOD;

    /// Loss with gradients at the gate's logits `[E]` and at the experts' outputs `[E, O]`.
    @SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable
    public record Result(double loss, double[] gateGradient, double[][] outputGradient) {}

    /// The loss of one case and its gradients.
    public Result of(double[] gateLogits, double[][] outputs, double[] target) {
        double[] p = softmax(gateLogits);
        return switch (this) {
            case COOPERATIVE -> cooperative(p, outputs, target);
            case COMPETITIVE -> competitive(p, outputs, target);
            case LIKELIHOOD -> likelihood(p, outputs, target);
        };
    }

    /// The blended output Σ p_i o_i `[O]`.
    public static double[] blend(double[] gateLogits, double[][] outputs) {
        double[] p = softmax(gateLogits);
        var blend = new double[outputs[0].length];
        for (int i = 0; i < p.length; i++) {
            for (int o = 0; o < blend.length; o++) {
                blend[o] += p[i] * outputs[i][o];
            }
        }
        return blend;
    }

    private static Result cooperative(double[] p, double[][] outputs, double[] target) {
        double loss = 0;
        var atProportion = new double[p.length];
        double[][] atOutput = Algebra.zerosLike(outputs);
        for (int o = 0; o < target.length; o++) {
            double blend = 0;
            for (int i = 0; i < p.length; i++) {
                blend += p[i] * outputs[i][o];
            }
            double error = target[o] - blend;
            loss += error * error;
            for (int i = 0; i < p.length; i++) {
                atProportion[i] -= 2 * error * outputs[i][o];
                atOutput[i][o] = -2 * error * p[i];
            }
        }
        return new Result(loss, Algebra.softmaxGradient(p, atProportion), atOutput);
    }

    private static Result competitive(double[] p, double[][] outputs, double[] target) {
        var squared = new double[p.length];
        double[][] atOutput = Algebra.zerosLike(outputs);
        for (int i = 0; i < p.length; i++) {
            squared[i] = squaredDistance(outputs[i], target);
            for (int o = 0; o < target.length; o++) {
                atOutput[i][o] = -2 * p[i] * (target[o] - outputs[i][o]);
            }
        }
        return new Result(Algebra.dot(p, squared), Algebra.softmaxGradient(p, squared), atOutput);
    }

    private static Result likelihood(double[] p, double[][] outputs, double[] target) {
        var joint = new double[p.length];
        for (int i = 0; i < p.length; i++) {
            joint[i] = Math.log(p[i]) - squaredDistance(outputs[i], target) / 2;
        }
        double[] posterior = softmax(joint);
        var atGate = new double[p.length];
        double[][] atOutput = Algebra.zerosLike(outputs);
        for (int i = 0; i < p.length; i++) {
            atGate[i] = p[i] - posterior[i];
            for (int o = 0; o < target.length; o++) {
                atOutput[i][o] = -posterior[i] * (target[o] - outputs[i][o]);
            }
        }
        return new Result(-Algebra.logSumExp(joint), atGate, atOutput);
    }

    private static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }
}
