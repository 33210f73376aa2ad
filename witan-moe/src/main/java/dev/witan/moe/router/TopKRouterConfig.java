// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

/// What a [TopKRouter] does, and the published routers as presets of it.
///
/// @param experts E
/// @param topK K
/// @param score how logits become scores
/// @param normTopK whether the K weights of a token are divided by their sum
/// @param scalingFactor factor on the weights, after renormalising
/// @param groups group limit
/// @param selectionBias whether a bias, moved by [ExpertBias#update], takes part in choosing (never
///   in weighing)
/// @param inputJitter width of the multiplicative noise on the router's input in training
public record TopKRouterConfig(
        int experts,
        int topK,
        Score score,
        boolean normTopK,
        double scalingFactor,
        ExpertGroups groups,
        boolean selectionBias,
        double inputJitter) {
    /// How logits become scores.
    public enum Score {
        /// Softmax over all experts, then top-k.
        SOFTMAX,
        /// Each expert's own sigmoid, then top-k (DeepSeek-V3).
        SIGMOID,
        /// Top-k of the logits, then softmax over the K (GPT-OSS).
        SOFTMAX_OF_TOP_K
    }

    /// Checks every value.
    public TopKRouterConfig {
        if (experts < 1) {
            throw new IllegalArgumentException("experts must be >= 1, was " + experts);
        }
        if (topK < 1 || topK > experts) {
            throw new IllegalArgumentException(
                    "topK must be in [1, " + experts + "] (the number of experts), was " + topK);
        }
        if (!(scalingFactor > 0) || Double.isInfinite(scalingFactor)) {
            throw new IllegalArgumentException("scalingFactor must be > 0, was " + scalingFactor);
        }
        if (!(inputJitter >= 0 && inputJitter < 1)) {
            throw new IllegalArgumentException("inputJitter must be in [0, 1), was " + inputJitter);
        }
        if (experts % groups.groups() != 0) {
            throw new IllegalArgumentException(
                    "experts must be a multiple of groups, was "
                            + experts
                            + " in "
                            + groups.groups());
        }
        if (topK > experts / groups.groups() * groups.topGroups()) {
            throw new IllegalArgumentException(
                    "topK must be at most the experts of the open groups, was " + topK);
        }
    }

    /// Softmax over all experts, top-k, weights as they are (DeepSeekMoE, Eq. 10; OLMoE).
    public static TopKRouterConfig softmax(int experts, int topK) {
        return new TopKRouterConfig(
                experts, topK, Score.SOFTMAX, false, 1, ExpertGroups.NONE, false, 0);
    }

    /// One expert per token, weighed by its probability so that the router learns (Switch, 2021).
    public static TopKRouterConfig switchTop1(int experts) {
        return softmax(experts, 1).withInputJitter(0.01);
    }

    /// Softmax, top-k, always renormalised (Mixtral, 2024).
    public static TopKRouterConfig mixtral(int experts, int topK) {
        return softmax(experts, topK).withNormTopK(true);
    }

    /// Softmax, best groups by their maximum, weights scaled (DeepSeek-V2).
    public static TopKRouterConfig groupLimited(
            int experts, int topK, int groups, int topGroups, double scalingFactor) {
        return new TopKRouterConfig(
                experts,
                topK,
                Score.SOFTMAX,
                false,
                scalingFactor,
                new ExpertGroups(groups, topGroups, ExpertGroups.Score.MAX),
                false,
                0);
    }

    /// Sigmoid scores, chosen with a balancing bias, renormalised and scaled (DeepSeek-V3,
    /// `noaux_tc`).
    public static TopKRouterConfig sigmoidWithBias(
            int experts, int topK, int groups, int topGroups, double scalingFactor) {
        return new TopKRouterConfig(
                experts,
                topK,
                Score.SIGMOID,
                true,
                scalingFactor,
                new ExpertGroups(groups, topGroups, ExpertGroups.Score.SUM_OF_TOP_TWO),
                true,
                0);
    }

    /// A copy with another renormalisation rule.
    public TopKRouterConfig withNormTopK(boolean norm) {
        return new TopKRouterConfig(
                experts, topK, score, norm, scalingFactor, groups, selectionBias, inputJitter);
    }

    /// A copy with another input jitter.
    public TopKRouterConfig withInputJitter(double jitter) {
        return new TopKRouterConfig(
                experts, topK, score, normTopK, scalingFactor, groups, selectionBias, jitter);
    }

    /// A copy with or without a selection bias.
    public TopKRouterConfig withSelectionBias(boolean bias) {
        return new TopKRouterConfig(
                experts, topK, score, normTopK, scalingFactor, groups, bias, inputJitter);
    }
}
