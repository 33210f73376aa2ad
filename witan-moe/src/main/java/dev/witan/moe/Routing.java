// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import dev.witan.engine.Scope;

import org.bytedeco.pytorch.Tensor;

import java.util.List;

/// What a router decided about T tokens.
///
/// Selection scores, which may carry a balancing bias, have done their work when a routing exists
/// and are not part of it; combine weights never carry the bias.
///
/// @param tokens T
/// @param topK K, slots per token
/// @param experts E
/// @param expertIds `[T*K]` row-major, in descending selection score; [#EMPTY] marks an empty slot.
///   Not to be changed
/// @param combineWeights `[T,K]` float32, part of the autograd graph
/// @param routerScores `[T,E]` float32 after softmax or sigmoid, part of the autograd graph
/// @param routerLogits `[T,E]` float32 before it, part of the autograd graph
/// @param losses losses that only this router can know, unweighted
public record Routing(
        int tokens,
        int topK,
        int experts,
        int[] expertIds,
        Tensor combineWeights,
        Tensor routerScores,
        Tensor routerLogits,
        List<RouterLoss> losses) {
    /// The expert id of an empty slot.
    public static final int EMPTY = -1;

    /// Checks the sizes.
    public Routing {
        if (expertIds.length != tokens * topK) {
            throw new IllegalArgumentException(
                    "expertIds must have " + tokens * topK + " entries, had " + expertIds.length);
        }
        losses = List.copyOf(losses);
    }

    /// A scalar loss that a router computed by itself.
    ///
    /// @param name for reports
    /// @param value scalar, part of the autograd graph
    public record RouterLoss(String name, Tensor value) {}

    /// The expert in slot `k` of token `t`, or [#EMPTY].
    public int expertId(int t, int k) {
        return expertIds[t * topK + k];
    }

    /// Hands every tensor of this routing to the scope around `scope`.
    public void keepIn(Scope scope) {
        scope.keep(combineWeights);
        scope.keep(routerScores);
        scope.keep(routerLogits);
        losses.forEach(loss -> scope.keep(loss.value()));
    }

    /// The same routing with some slots emptied.
    public Routing withExpertIds(int[] ids) {
        return new Routing(
                tokens, topK, experts, ids, combineWeights, routerScores, routerLogits, losses);
    }

    /// The same routing with other combine weights.
    public Routing withCombineWeights(Tensor weights) {
        return new Routing(
                tokens, topK, experts, expertIds, weights, routerScores, routerLogits, losses);
    }
}
