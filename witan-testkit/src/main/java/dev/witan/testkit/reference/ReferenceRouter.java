// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import dev.witan.testkit.reference.CombineRule.Scoring;
import dev.witan.testkit.reference.ReferenceRouters.Groups;
import dev.witan.testkit.reference.ReferenceRouters.Weighing;

/// A router with its way back: a routing function of [ReferenceRouters] and the rule by which its
/// weights depend on the logits.
///
/// @param route from logits `[T, E]` to a routing
/// @param rule how the weights of that routing follow from the logits
public record ReferenceRouter(Route route, CombineRule rule) {

    /// A function from router logits `[T, E]` to a routing.
    @FunctionalInterface
    public interface Route {
        /// The routing of these logits.
        ReferenceRouting of(double[][] logits);
    }

    /// Softmax top-k with the options of the checkpoint families; Mixtral is `(k, true, 1)`,
    /// DeepSeekMoE `(k, false, 1)`, Switch `(1, false, 1)`.
    public static ReferenceRouter softmaxTopK(int topK, boolean normalise, double scalingFactor) {
        return new ReferenceRouter(
                z -> ReferenceRouters.softmaxTopK(z, topK, normalise, scalingFactor),
                new CombineRule(Scoring.SOFTMAX, normalise, scalingFactor));
    }

    /// The dense mixture.
    public static ReferenceRouter dense() {
        return new ReferenceRouter(
                ReferenceRouters::dense, new CombineRule(Scoring.SOFTMAX, false, 1));
    }

    /// GPT-OSS.
    public static ReferenceRouter softmaxAfterTopK(int topK) {
        return new ReferenceRouter(
                z -> ReferenceRouters.softmaxAfterTopK(z, topK),
                new CombineRule(Scoring.SOFTMAX_OF_CHOSEN, false, 1));
    }

    /// GShard top-2 with these draws.
    public static ReferenceRouter gshardTop2(double[] uniform) {
        return new ReferenceRouter(
                z -> ReferenceRouters.gshardTop2(z, uniform),
                new CombineRule(Scoring.SOFTMAX, true, 1));
    }

    /// DeepSeek-V2.
    public static ReferenceRouter groupLimited(
            int topK, Groups groups, boolean normalise, double scalingFactor) {
        return new ReferenceRouter(
                z -> ReferenceRouters.groupLimited(z, topK, groups, normalise, scalingFactor),
                new CombineRule(Scoring.SOFTMAX, normalise, normalise ? 1 : scalingFactor));
    }

    /// DeepSeek-V3.
    public static ReferenceRouter sigmoidBiased(
            int topK, double[] expertBias, Groups groups, Weighing weighing) {
        return new ReferenceRouter(
                z -> ReferenceRouters.sigmoidBiased(z, topK, expertBias, groups, weighing),
                new CombineRule(Scoring.SIGMOID, weighing.normalise(), weighing.scalingFactor()));
    }

    /// Hash choice with learned weights.
    public static ReferenceRouter weightedHash(
            int[] tokenIds, int[][] table, double scalingFactor) {
        return new ReferenceRouter(
                z -> ReferenceRouters.weightedHash(z, tokenIds, table, scalingFactor),
                new CombineRule(Scoring.SQRT_SOFTPLUS, true, scalingFactor));
    }

    /// The gradient at the logits `[T, E]` for a gradient at the combine weights `[T, K]`; a
    /// dropped choice passes none.
    public double[][] logitsGradient(ReferenceRouting routing, double[][] weightGradient) {
        double[][] kept = Algebra.copy(weightGradient);
        for (int t = 0; t < kept.length; t++) {
            for (int k = 0; k < kept[t].length; k++) {
                if (routing.combineWeights()[t][k] == 0) {
                    kept[t][k] = 0;
                }
            }
        }
        return rule.logitsGradient(routing.logits(), routing.expertIds(), kept);
    }
}
