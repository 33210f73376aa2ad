// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import java.util.Arrays;

/// The two balancing losses of noisy top-k gating: importance and load, both squared coefficients
/// of variation over the experts.
///
/// CV² = variance / (mean² + 1e-10) with the population variance (divided by E), as the authors'
/// own code computes it.
///
/// Source: Shazeer et al. 2017, Eqs. 6 to 11.
public final class NoisyTopKLosses {
    private static final double EPSILON = 1e-10;

    private NoisyTopKLosses() {}

    /// CV² of the total gate value of each expert, with the gradient at the noisy logits H.
    ///
    /// @param routing result of [ReferenceRouters#noisyTopK]
    public static LossGradient importance(ReferenceRouting routing) {
        double[][] gates = routing.scores();
        if (gates.length == 0) {
            return new LossGradient(0, gates);
        }
        double[] total = columnSums(gates);
        double[] upstream = cvSquaredGradient(total);
        var gradient = new double[gates.length][];
        for (int t = 0; t < gates.length; t++) {
            gradient[t] = Algebra.softmaxGradient(gates[t], upstream);
        }
        return new LossGradient(cvSquared(total), gradient);
    }

    /// CV² of the smooth load: for each expert the sum over tokens of the probability that it stays
    /// among the top k when its noise alone is drawn again.
    ///
    /// P(x, i) = Φ((clean_i − kth_excluding(H, k, i)) / noiseScale_i). With k = E it is 1. The
    /// gradients follow the threshold too, which is another expert's noisy logit.
    public static Load load(
            double[][] cleanLogits, double[][] noiseScale, double[][] noise, int topK) {
        int tokens = cleanLogits.length;
        int experts = tokens == 0 ? 0 : cleanLogits[0].length;
        double[][] noisy =
                ReferenceRouters.noisyTopK(cleanLogits, noiseScale, noise, topK).logits();
        var margin = new double[tokens][experts];
        var threshold = new int[tokens][experts];
        double[][] probability = new double[tokens][experts];
        for (int t = 0; t < tokens; t++) {
            for (int e = 0; e < experts; e++) {
                threshold[t][e] = topK == experts ? -1 : kthExcluding(noisy[t], topK, e);
                margin[t][e] =
                        threshold[t][e] < 0
                                ? Double.POSITIVE_INFINITY
                                : (cleanLogits[t][e] - noisy[t][threshold[t][e]])
                                        / noiseScale[t][e];
                probability[t][e] = ErrorFunction.normalCdf(margin[t][e]);
            }
        }
        double[] total = columnSums(probability);
        double[] upstream = cvSquaredGradient(total);
        var cleanGradient = new double[tokens][experts];
        var scaleGradient = new double[tokens][experts];
        for (int t = 0; t < tokens; t++) {
            for (int e = 0; e < experts; e++) {
                int other = threshold[t][e];
                if (other >= 0) {
                    double slope =
                            upstream[e]
                                    * ErrorFunction.normalDensity(margin[t][e])
                                    / noiseScale[t][e];
                    cleanGradient[t][e] += slope;
                    scaleGradient[t][e] -= slope * margin[t][e];
                    cleanGradient[t][other] -= slope;
                    scaleGradient[t][other] -= slope * noise[t][other];
                }
            }
        }
        return new Load(cvSquared(total), probability, cleanGradient, scaleGradient);
    }

    /// The load loss, the probabilities behind it and its gradients, all `[T, E]`.
    ///
    /// @param cleanGradient at the clean logits
    /// @param noiseScaleGradient at the noise scale
    @SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable
    public record Load(
            double loss,
            double[][] probability,
            double[][] cleanGradient,
            double[][] noiseScaleGradient) {}

    /// The squared coefficient of variation.
    public static double cvSquared(double[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        double variance =
                Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0);
        return variance / (mean * mean + EPSILON);
    }

    private static double[] cvSquaredGradient(double[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        double denominator = mean * mean + EPSILON;
        double cv = cvSquared(values);
        // d variance / d v = 2 (v − mean)/E; d mean / d v = 1/E
        return Arrays.stream(values)
                .map(v -> 2 * ((v - mean) - cv * mean) / (values.length * denominator))
                .toArray();
    }

    /// The index of the k-th largest value among all but `excluded`.
    private static int kthExcluding(double[] values, int k, int excluded) {
        int[] best = Algebra.topK(values, k + 1);
        boolean inside = Arrays.stream(best, 0, k).anyMatch(i -> i == excluded);
        return inside ? best[k] : best[k - 1];
    }

    private static double[] columnSums(double[][] a) {
        var sums = new double[a.length == 0 ? 0 : a[0].length];
        for (double[] row : a) {
            for (int c = 0; c < row.length; c++) {
                sums[c] += row[c];
            }
        }
        return sums;
    }
}
