// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import java.util.List;

/// The expert of 1991: one layer of logistic units, `σ(weight · x)`; a bias is a column of ones in
/// x.
///
/// @param weight `[out, D]`
///
///   Source: Jacobs, Jordan, Nowlan, Hinton 1991.
@SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable; never compared
public record ReferenceLogisticUnit(double[][] weight) implements ReferenceExpert {

    @Override
    public List<double[][]> weights() {
        return List.<double[][]>of(weight);
    }

    @Override
    public ReferenceLogisticUnit withWeights(List<double[][]> weights) {
        ReferenceExpert.requireCount(weights, 1);
        return new ReferenceLogisticUnit(weights.get(0));
    }

    @Override
    public double[][] forward(double[][] x) {
        return Algebra.map(Algebra.linear(x, weight), Algebra::sigmoid);
    }

    @Override
    public Gradients backward(double[][] x, double[][] outputGradient) {
        double[][] gradient = forward(x);
        for (int t = 0; t < gradient.length; t++) {
            for (int o = 0; o < gradient[t].length; o++) {
                double y = gradient[t][o];
                gradient[t][o] = outputGradient[t][o] * y * (1 - y);
            }
        }
        return new Gradients(
                Algebra.linearInputGradient(gradient, weight),
                List.<double[][]>of(Algebra.linearWeightGradient(gradient, x, weight)));
    }
}
