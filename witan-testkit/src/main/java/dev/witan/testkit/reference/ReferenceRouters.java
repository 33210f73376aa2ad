// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import static dev.witan.testkit.reference.Algebra.gather;
import static dev.witan.testkit.reference.Algebra.map;
import static dev.witan.testkit.reference.Algebra.requireTopK;
import static dev.witan.testkit.reference.Algebra.softmax;
import static dev.witan.testkit.reference.Algebra.topK;

import java.util.Arrays;
import java.util.stream.IntStream;

/// The routers of the papers as functions of their logits `[T, E]`.
///
/// Randomness is an argument, so that one input gives one result. Logits of a linear gate are
/// `Algebra.linear(x, gate)`.
public final class ReferenceRouters {
    private ReferenceRouters() {}

    /// Dense mixture: every expert, weighted by the softmax.
    ///
    /// Source: Jacobs, Jordan, Nowlan, Hinton 1991.
    public static ReferenceRouting dense(double[][] logits) {
        double[][] scores = softmax(logits);
        int[][] ids = Arrays.stream(scores).map(s -> topK(s, s.length)).toArray(int[][]::new);
        return new ReferenceRouting(ids, gather(scores, ids), scores, logits);
    }

    /// Noisy top-k gating: H = clean + noise · noiseScale, G = softmax(KeepTopK(H, K)).
    ///
    /// The result's `logits` are H and its `scores` are G, 0 outside the choice.
    ///
    /// Shapes: all `[T, E]`; `noise` is standard normal, `noiseScale` is softplus(x · W_noise).
    ///
    /// Source: Shazeer et al. 2017, Eqs. 3 to 5.
    public static ReferenceRouting noisyTopK(
            double[][] cleanLogits, double[][] noiseScale, double[][] noise, int topK) {
        double[][] noisy = Algebra.copy(cleanLogits);
        for (int t = 0; t < noisy.length; t++) {
            for (int e = 0; e < noisy[t].length; e++) {
                noisy[t][e] += noise[t][e] * noiseScale[t][e];
            }
        }
        int[][] ids = topK(noisy, topK);
        double[][] gates = softmax(keepOnly(noisy, ids, Double.NEGATIVE_INFINITY));
        return new ReferenceRouting(ids, gather(gates, ids), gates, noisy);
    }

    /// Switch: the best expert, weighted by its softmax score as it is.
    ///
    /// Source: Fedus, Zoph, Shazeer 2021, Eqs. 1 and 2.
    public static ReferenceRouting switchTop1(double[][] logits) {
        return softmaxTopK(logits, 1, false, 1);
    }

    /// GShard top-2: weights g₁/(g₁+g₂) and g₂/(g₁+g₂); the second expert is kept when twice its
    /// normalised weight exceeds a uniform draw.
    ///
    /// A dropped second choice keeps its id and gets weight 0; the first weight stays as it was, so
    /// that the weights of such a token add up to less than 1, as in the paper.
    ///
    /// @param uniform one draw of U(0, 1) per token `[T]`
    ///
    ///   Source: Lepikhin et al. 2020, Algorithm 1.
    public static ReferenceRouting gshardTop2(double[][] logits, double[] uniform) {
        double[][] scores = softmax(logits);
        int[][] ids = topK(scores, 2);
        double[][] weights = renormalise(gather(scores, ids), 0);
        for (int t = 0; t < weights.length; t++) {
            if (2 * weights[t][1] <= uniform[t]) {
                weights[t][1] = 0;
            }
        }
        return new ReferenceRouting(ids, weights, scores, logits);
    }

    /// Mixtral: softmax over all experts, top-k, renormalised over the chosen ones.
    ///
    /// Source: Jiang et al. 2024, section 2.1 (written there as a softmax over the top-k logits,
    /// which is the same).
    public static ReferenceRouting mixtral(double[][] logits, int topK) {
        return softmaxTopK(logits, topK, true, 1);
    }

    /// DeepSeekMoE: softmax over all experts, top-k, scores used as they are.
    ///
    /// Source: Dai et al. 2024, Eqs. 9 to 11.
    public static ReferenceRouting deepSeek(double[][] logits, int topK) {
        return softmaxTopK(logits, topK, false, 1);
    }

    /// Softmax over all experts and top-k, with the two options of the checkpoint families.
    ///
    /// @param normalise `norm_topk_prob`: divide by the sum of the chosen scores
    /// @param scalingFactor `routed_scaling_factor`, applied last
    public static ReferenceRouting softmaxTopK(
            double[][] logits, int topK, boolean normalise, double scalingFactor) {
        double[][] scores = softmax(logits);
        int[][] ids = topK(scores, topK);
        double[][] weights = gather(scores, ids);
        double[][] scaled = scale(normalise ? renormalise(weights, 0) : weights, scalingFactor);
        return new ReferenceRouting(ids, scaled, scores, logits);
    }

    /// Top-k on the logits, then softmax over the chosen ones (GPT-OSS). `scores` are the softmax
    /// over all experts.
    public static ReferenceRouting softmaxAfterTopK(double[][] logits, int topK) {
        int[][] ids = topK(logits, topK);
        return new ReferenceRouting(ids, softmax(gather(logits, ids)), softmax(logits), logits);
    }

    /// DeepSeek-V2 `group_limited_greedy`: a group is worth its best softmax score; scores outside
    /// the best groups become 0 before the top-k.
    ///
    /// @param groups how experts are grouped; K must fit in the kept groups
    /// @param normalise divide by the sum + 1e-20 instead of scaling
    ///
    ///   Source: DeepSeek-V2 2024, section 2.1.4, and its published gate.
    public static ReferenceRouting groupLimited(
            double[][] logits, int topK, Groups groups, boolean normalise, double scalingFactor) {
        double[][] scores = softmax(logits);
        double[][] masked = groups.keepBest(scores, 1, 0, topK);
        int[][] ids = topK(masked, topK);
        double[][] chosen = gather(scores, ids);
        double[][] weights = normalise ? renormalise(chosen, 1e-20) : scale(chosen, scalingFactor);
        return new ReferenceRouting(ids, weights, scores, logits);
    }

    /// DeepSeek-V3 `noaux_tc`: sigmoid scores; the bias takes part in choosing and never in
    /// weighing.
    ///
    /// A group is worth the sum of its two best biased scores; experts outside the best groups get
    /// −∞.
    ///
    /// @param expertBias selection bias `[E]`
    ///
    ///   Source: DeepSeek-V3 2024, Eqs. 12 to 16.
    public static ReferenceRouting sigmoidBiased(
            double[][] logits, int topK, double[] expertBias, Groups groups, Weighing weighing) {
        double[][] scores = map(logits, Algebra::sigmoid);
        double[][] selection = Algebra.copy(scores);
        for (double[] row : selection) {
            for (int e = 0; e < row.length; e++) {
                row[e] += expertBias[e];
            }
        }
        double[][] masked = groups.keepBest(selection, 2, Double.NEGATIVE_INFINITY, topK);
        int[][] ids = topK(masked, topK);
        double[][] chosen = gather(scores, ids);
        double[][] weights = weighing.normalise() ? renormalise(chosen, 1e-20) : chosen;
        return new ReferenceRouting(ids, scale(weights, weighing.scalingFactor()), scores, logits);
    }

    /// Hash layer: the experts of a token are a fixed function of its id; the K weights are 1/K.
    ///
    /// `logits` of the result are zeros and `scores` hold the weights.
    ///
    /// @param table experts of every token id `[V, K]`
    ///
    ///   Source: Roller et al. 2021.
    public static ReferenceRouting hash(int[] tokenIds, int[][] table, int experts) {
        int[][] ids = rowsOf(table, tokenIds);
        var scores = new double[ids.length][experts];
        var weights = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            weights[t] = new double[ids[t].length];
            Arrays.fill(weights[t], 1.0 / ids[t].length);
            for (int e : ids[t]) {
                scores[t][e] += 1.0 / ids[t].length;
            }
        }
        return new ReferenceRouting(ids, weights, scores, Algebra.zerosLike(scores));
    }

    /// Hash layer with learned weights: sqrt(softplus(logit)) of the table's experts, renormalised,
    /// scaled (DeepSeek-V4).
    public static ReferenceRouting weightedHash(
            double[][] logits, int[] tokenIds, int[][] table, double scalingFactor) {
        int[][] ids = rowsOf(table, tokenIds);
        double[][] scores = map(logits, z -> Math.sqrt(Algebra.softplus(z)));
        double[][] weights = scale(renormalise(gather(scores, ids), 1e-20), scalingFactor);
        return new ReferenceRouting(ids, weights, scores, logits);
    }

    /// Each row divided by its sum + `epsilon`.
    public static double[][] renormalise(double[][] weights, double epsilon) {
        var result = new double[weights.length][];
        for (int t = 0; t < weights.length; t++) {
            double sum = Arrays.stream(weights[t]).sum() + epsilon;
            result[t] = Arrays.stream(weights[t]).map(w -> w / sum).toArray();
        }
        return result;
    }

    /// What happens to the chosen scores: first normalised or not, then scaled.
    public record Weighing(boolean normalise, double scalingFactor) {}

    /// Experts in `count` equal, consecutive groups of which a token may use `kept`.
    public record Groups(int count, int kept) {
        /// One group: no limit.
        public static final Groups NONE = new Groups(1, 1);

        public Groups {
            if (count < 1) {
                throw new IllegalArgumentException("count must be at least 1, was " + count);
            }
            if (kept < 1 || kept > count) {
                throw new IllegalArgumentException(
                        "kept must be in [1, " + count + "], was " + kept);
            }
        }

        /// `scores` with everything outside each row's best groups replaced by `fill`; a group is
        /// worth the sum of its `best` best scores.
        double[][] keepBest(double[][] scores, int best, double fill, int topK) {
            var result = new double[scores.length][];
            for (int t = 0; t < scores.length; t++) {
                double[] row = scores[t];
                if (row.length % count != 0) {
                    throw new IllegalArgumentException(
                            "experts must be a multiple of "
                                    + count
                                    + " groups, were "
                                    + row.length);
                }
                int size = row.length / count;
                requireTopK(topK, size * kept);
                double[] worth =
                        IntStream.range(0, count)
                                .mapToDouble(g -> worth(row, g * size, size, best))
                                .toArray();
                int[] keptGroups = topK(worth, kept);
                result[t] = new double[row.length];
                Arrays.fill(result[t], fill);
                for (int g : keptGroups) {
                    System.arraycopy(row, g * size, result[t], g * size, size);
                }
            }
            return result;
        }

        private static double worth(double[] row, int from, int size, int best) {
            double[] group = Arrays.copyOfRange(row, from, from + size);
            return Arrays.stream(topK(group, Math.min(best, size)))
                    .mapToDouble(i -> group[i])
                    .sum();
        }
    }

    private static double[][] scale(double[][] weights, double factor) {
        return map(weights, w -> w * factor);
    }

    private static int[][] rowsOf(int[][] table, int[] tokenIds) {
        return Arrays.stream(tokenIds).mapToObj(id -> table[id].clone()).toArray(int[][]::new);
    }

    private static double[][] keepOnly(double[][] values, int[][] ids, double fill) {
        double[][] kept = map(values, _ -> fill);
        for (int t = 0; t < ids.length; t++) {
            for (int e : ids[t]) {
                kept[t][e] = values[t][e];
            }
        }
        return kept;
    }
}
