// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.local1991;

import java.util.Arrays;

/// The paper's formulas for one row, written as they are printed, with nothing done for speed or
/// stability.
///
/// Source: Jacobs, Jordan, Nowlan and Hinton 1991.
final class ReferenceMixture {

    private final double[][] outputs;
    private final double[] proportions;

    private ReferenceMixture(double[][] outputs, double[] proportions) {
        this.outputs = outputs;
        this.proportions = proportions;
    }

    static ReferenceMixture of(LocalExpertsMixture mixture, double[] x) {
        MixtureShape shape = mixture.shape();
        var outputs = new double[shape.experts()][shape.outputs()];
        var proportions = new double[shape.experts()];
        for (int i = 0; i < shape.experts(); i++) {
            for (int m = 0; m < shape.outputs(); m++) {
                outputs[i][m] = 1 / (1 + Math.exp(-weighted(mixture.expertWeights(i, m), x)));
            }
            proportions[i] = Math.exp(weighted(mixture.gateWeights(i), x));
        }
        double total = Arrays.stream(proportions).sum();
        Arrays.setAll(proportions, i -> proportions[i] / total);
        return new ReferenceMixture(outputs, proportions);
    }

    double[] proportions() {
        return proportions;
    }

    double[] blend() {
        var blend = new double[outputs[0].length];
        for (int i = 0; i < proportions.length; i++) {
            for (int m = 0; m < blend.length; m++) {
                blend[m] += proportions[i] * outputs[i][m];
            }
        }
        return blend;
    }

    double[] posterior(double[] d) {
        var h = new double[proportions.length];
        for (int i = 0; i < h.length; i++) {
            h[i] = proportions[i] * Math.exp(-0.5 * squaredDistance(d, outputs[i]));
        }
        double total = Arrays.stream(h).sum();
        Arrays.setAll(h, i -> h[i] / total);
        return h;
    }

    double error(MixtureLoss loss, double[] d) {
        double sum = 0;
        for (int i = 0; i < proportions.length; i++) {
            double distance = squaredDistance(d, outputs[i]);
            sum +=
                    switch (loss) {
                        case COOPERATIVE -> 0;
                        case COMPETITIVE -> proportions[i] * distance;
                        case LIKELIHOOD -> proportions[i] * Math.exp(-0.5 * distance);
                    };
        }
        return switch (loss) {
            case COOPERATIVE -> squaredDistance(d, blend());
            case COMPETITIVE -> sum;
            case LIKELIHOOD -> -Math.log(sum);
        };
    }

    private static double weighted(double[] weights, double[] x) {
        double total = weights[x.length];
        for (int i = 0; i < x.length; i++) {
            total += weights[i] * x[i];
        }
        return total;
    }

    private static double squaredDistance(double[] left, double[] right) {
        double total = 0;
        for (int i = 0; i < left.length; i++) {
            total += (left[i] - right[i]) * (left[i] - right[i]);
        }
        return total;
    }
}
