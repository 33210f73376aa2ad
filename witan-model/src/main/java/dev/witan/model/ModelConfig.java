// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

/// The shape of a decoder language model.
///
/// @param vocabulary V, number of token ids
/// @param layers L
/// @param hidden D, width of the residual stream
/// @param heads attention heads
/// @param keyValueHeads heads of keys and values; fewer than `heads` is grouped-query attention
/// @param headWidth width of one head, even
/// @param context S, most tokens a sequence may have
/// @param ropeTheta base of the rotary position embedding
/// @param normEpsilon added to the mean square in RMSNorm
/// @param queryKeyNorm whether queries and keys are normalised over all heads (OLMoE)
/// @param tiedEmbeddings whether the output head is the embedding
/// @param initDeviation standard deviation of initial weights
/// @param feedForward what follows attention in each layer
public record ModelConfig(
        int vocabulary,
        int layers,
        int hidden,
        int heads,
        int keyValueHeads,
        int headWidth,
        int context,
        double ropeTheta,
        double normEpsilon,
        boolean queryKeyNorm,
        boolean tiedEmbeddings,
        double initDeviation,
        FeedForwardConfig feedForward) {
    /// Checks every size.
    public ModelConfig {
        atLeastOne("vocabulary", vocabulary);
        atLeastOne("layers", layers);
        atLeastOne("hidden", hidden);
        atLeastOne("heads", heads);
        atLeastOne("keyValueHeads", keyValueHeads);
        atLeastOne("headWidth", headWidth);
        atLeastOne("context", context);
        if (heads % keyValueHeads != 0) {
            throw new IllegalArgumentException(
                    "heads must be a multiple of keyValueHeads, was "
                            + heads
                            + " and "
                            + keyValueHeads);
        }
        if (headWidth % 2 != 0) {
            throw new IllegalArgumentException("headWidth must be even, was " + headWidth);
        }
        if (!(ropeTheta > 0)) {
            throw new IllegalArgumentException("ropeTheta must be > 0, was " + ropeTheta);
        }
        if (!(normEpsilon > 0)) {
            throw new IllegalArgumentException("normEpsilon must be > 0, was " + normEpsilon);
        }
        if (!(initDeviation >= 0)) {
            throw new IllegalArgumentException("initDeviation must be >= 0, was " + initDeviation);
        }
    }

    static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be >= 1, was " + value);
        }
    }
}
