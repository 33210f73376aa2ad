// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import static dev.witan.testkit.reference.Algebra.add;
import static dev.witan.testkit.reference.Algebra.linear;
import static dev.witan.testkit.reference.Algebra.linearInputGradient;
import static dev.witan.testkit.reference.Algebra.linearWeightGradient;

import java.util.List;

/// SwiGLU expert: `down(silu(gate x) ⊙ up x)`, no biases.
///
/// @param gate gate projection `[F, D]`
/// @param up up projection `[F, D]`
/// @param down down projection `[D, F]`
///
///   Source: Shazeer 2020, GLU Variants Improve Transformer, Eq. 6.
@SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable; never compared
public record ReferenceSwiGlu(double[][] gate, double[][] up, double[][] down)
        implements ReferenceExpert {

    @Override
    public List<double[][]> weights() {
        return List.of(gate, up, down);
    }

    @Override
    public ReferenceSwiGlu withWeights(List<double[][]> weights) {
        ReferenceExpert.requireCount(weights, 3);
        return new ReferenceSwiGlu(weights.get(0), weights.get(1), weights.get(2));
    }

    @Override
    public double[][] forward(double[][] x) {
        return linear(hidden(linear(x, gate), linear(x, up)), down);
    }

    @Override
    public Gradients backward(double[][] x, double[][] outputGradient) {
        double[][] g = linear(x, gate);
        double[][] u = linear(x, up);
        double[][] hiddenGradient = linearInputGradient(outputGradient, down);
        double[][] gGradient = Algebra.zerosLike(g);
        double[][] uGradient = Algebra.zerosLike(u);
        for (int t = 0; t < x.length; t++) {
            for (int f = 0; f < g[t].length; f++) {
                double s = Algebra.sigmoid(g[t][f]);
                // silu(g) = g·s and silu'(g) = s + g·s·(1 − s)
                gGradient[t][f] = hiddenGradient[t][f] * u[t][f] * (s + g[t][f] * s * (1 - s));
                uGradient[t][f] = hiddenGradient[t][f] * g[t][f] * s;
            }
        }
        return new Gradients(
                add(linearInputGradient(gGradient, gate), linearInputGradient(uGradient, up)),
                List.of(
                        linearWeightGradient(gGradient, x, gate),
                        linearWeightGradient(uGradient, x, up),
                        linearWeightGradient(outputGradient, hidden(g, u), down)));
    }

    private static double[][] hidden(double[][] g, double[][] u) {
        double[][] hidden = Algebra.zerosLike(g);
        for (int t = 0; t < g.length; t++) {
            for (int f = 0; f < g[t].length; f++) {
                hidden[t][f] = g[t][f] * Algebra.sigmoid(g[t][f]) * u[t][f];
            }
        }
        return hidden;
    }
}
