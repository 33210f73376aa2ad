// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import java.util.Arrays;

/// How combine weights follow from logits once the experts are chosen: what the gate's gradient
/// goes through.
///
/// @param scoring how scores follow from logits
/// @param normalise whether chosen scores are divided by their sum
/// @param scalingFactor factor applied last
public record CombineRule(Scoring scoring, boolean normalise, double scalingFactor) {

    /// A function from logits to scores.
    public enum Scoring {
        /// Softmax over all experts.
        SOFTMAX,
        /// Softmax over the chosen experts.
        SOFTMAX_OF_CHOSEN,
        /// Each logit alone through the logistic function.
        SIGMOID,
        /// Each logit alone through sqrt(softplus).
        SQRT_SOFTPLUS
    }

    /// The combine weights `[T, K]` of the chosen experts.
    public double[][] weights(double[][] logits, int[][] expertIds) {
        double[][] raw = Algebra.gather(scores(logits, expertIds), expertIds);
        double[][] shares = normalise ? ReferenceRouters.renormalise(raw, 0) : raw;
        return Algebra.map(shares, w -> w * scalingFactor);
    }

    /// The gradient at the logits `[T, E]` for a gradient at the combine weights `[T, K]`.
    public double[][] logitsGradient(
            double[][] logits, int[][] expertIds, double[][] weightGradient) {
        double[][] scores = scores(logits, expertIds);
        double[][] gradient = Algebra.zerosLike(logits);
        for (int t = 0; t < logits.length; t++) {
            double[] atChosen = chosenGradient(scores[t], expertIds[t], weightGradient[t]);
            for (int k = 0; k < atChosen.length; k++) {
                gradient[t][expertIds[t][k]] += atChosen[k];
            }
            gradient[t] = throughScores(logits[t], scores[t], gradient[t]);
        }
        return gradient;
    }

    private double[] chosenGradient(double[] scores, int[] ids, double[] weightGradient) {
        double[] scaled = Arrays.stream(weightGradient).map(g -> g * scalingFactor).toArray();
        if (!normalise) {
            return scaled;
        }
        double[] raw = Arrays.stream(ids).mapToDouble(e -> scores[e]).toArray();
        double sum = Arrays.stream(raw).sum();
        // w_k = r_k/Σr: dw_j/dr_k = (δ_jk − w_j)/Σr
        double mean = Algebra.dot(scaled, raw) / sum;
        return Arrays.stream(scaled).map(g -> (g - mean) / sum).toArray();
    }

    private double[] throughScores(double[] logits, double[] scores, double[] gradient) {
        return switch (scoring) {
            case SOFTMAX, SOFTMAX_OF_CHOSEN -> Algebra.softmaxGradient(scores, gradient);
            case SIGMOID -> times(gradient, Arrays.stream(scores).map(s -> s * (1 - s)).toArray());
            case SQRT_SOFTPLUS -> {
                var slope = new double[scores.length];
                Arrays.setAll(slope, e -> Algebra.sigmoid(logits[e]) / (2 * scores[e]));
                yield times(gradient, slope);
            }
        };
    }

    private double[][] scores(double[][] logits, int[][] expertIds) {
        return switch (scoring) {
            case SOFTMAX -> Algebra.softmax(logits);
            case SOFTMAX_OF_CHOSEN -> softmaxOfChosen(logits, expertIds);
            case SIGMOID -> Algebra.map(logits, Algebra::sigmoid);
            case SQRT_SOFTPLUS -> Algebra.map(logits, z -> Math.sqrt(Algebra.softplus(z)));
        };
    }

    private static double[][] softmaxOfChosen(double[][] logits, int[][] expertIds) {
        double[][] kept = Algebra.map(logits, _ -> Double.NEGATIVE_INFINITY);
        for (int t = 0; t < logits.length; t++) {
            for (int e : expertIds[t]) {
                kept[t][e] = logits[t][e];
            }
        }
        return Algebra.softmax(kept);
    }

    private static double[] times(double[] a, double[] b) {
        var product = new double[a.length];
        Arrays.setAll(product, i -> a[i] * b[i]);
        return product;
    }
}
