// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import static dev.witan.testkit.reference.Algebra.linear;
import static dev.witan.testkit.reference.Algebra.linearInputGradient;
import static dev.witan.testkit.reference.Algebra.linearWeightGradient;

import java.util.List;

/// Feed-forward expert with exact GELU: `down(gelu(up x + upBias)) + downBias`, gelu z = z · Φ(z).
///
/// @param up `[F, D]`
/// @param upBias `[1, F]`
/// @param down `[D, F]`
/// @param downBias `[1, D]`
///
///   Source: Hendrycks and Gimpel 2016, section 2.
@SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable; never compared
public record ReferenceGeluFfn(
        double[][] up, double[][] upBias, double[][] down, double[][] downBias)
        implements ReferenceExpert {

    /// An expert whose biases are 0.
    public static ReferenceGeluFfn withoutBias(double[][] up, double[][] down) {
        return new ReferenceGeluFfn(up, new double[1][up.length], down, new double[1][down.length]);
    }

    @Override
    public List<double[][]> weights() {
        return List.of(up, upBias, down, downBias);
    }

    @Override
    public ReferenceGeluFfn withWeights(List<double[][]> weights) {
        ReferenceExpert.requireCount(weights, 4);
        return new ReferenceGeluFfn(weights.get(0), weights.get(1), weights.get(2), weights.get(3));
    }

    @Override
    public double[][] forward(double[][] x) {
        double[][] hidden = Algebra.map(before(x), z -> z * ErrorFunction.normalCdf(z));
        return addRow(linear(hidden, down), downBias[0]);
    }

    @Override
    public Gradients backward(double[][] x, double[][] outputGradient) {
        double[][] z = before(x);
        double[][] hidden = Algebra.map(z, v -> v * ErrorFunction.normalCdf(v));
        double[][] zGradient = linearInputGradient(outputGradient, down);
        for (int t = 0; t < z.length; t++) {
            for (int f = 0; f < z[t].length; f++) {
                double v = z[t][f];
                zGradient[t][f] *= ErrorFunction.normalCdf(v) + v * ErrorFunction.normalDensity(v);
            }
        }
        return new Gradients(
                linearInputGradient(zGradient, up),
                List.of(
                        linearWeightGradient(zGradient, x, up),
                        columnSums(zGradient, upBias),
                        linearWeightGradient(outputGradient, hidden, down),
                        columnSums(outputGradient, downBias)));
    }

    private double[][] before(double[][] x) {
        return addRow(linear(x, up), upBias[0]);
    }

    private static double[][] addRow(double[][] a, double[] row) {
        double[][] sum = Algebra.copy(a);
        for (double[] target : sum) {
            for (int c = 0; c < row.length; c++) {
                target[c] += row[c];
            }
        }
        return sum;
    }

    private static double[][] columnSums(double[][] a, double[][] like) {
        double[][] sums = Algebra.zerosLike(like);
        for (double[] row : a) {
            for (int c = 0; c < row.length; c++) {
                sums[0][c] += row[c];
            }
        }
        return sums;
    }
}
