// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Pass;
import dev.witan.moe.Router;
import dev.witan.moe.Routing;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.Arrays;
import java.util.List;

/// Expert choice: each expert takes the tokens that score highest for it, so that the load is even
/// by construction.
///
/// An expert takes `min(T, ceil(capacityFactor * T / E))` tokens, ties to the earlier token, and
/// weighs them by their softmax score. A token may be taken by all experts or by none, and which
/// depends on the whole batch, later tokens included: good for training only. The K of a routing is
/// the largest number of experts that took one token of this batch.
///
/// @see "Zhou et al. 2022, Mixture-of-Experts with Expert Choice Routing, Eq. 1-2"
public final class ExpertChoiceRouter implements Router {
    private final Gate gate;
    private final double capacityFactor;

    /// A router over a gate.
    ///
    /// @param capacityFactor mean number of experts per token
    public ExpertChoiceRouter(Gate gate, double capacityFactor) {
        if (!(capacityFactor > 0 && capacityFactor <= gate.experts())) {
            throw new IllegalArgumentException(
                    "capacityFactor must be in (0, "
                            + gate.experts()
                            + "] (the number of experts), was "
                            + capacityFactor);
        }
        this.gate = gate;
        this.capacityFactor = capacityFactor;
    }

    @Override
    public int experts() {
        return gate.experts();
    }

    @Override
    public int topK() {
        return gate.experts();
    }

    @Override
    public boolean couplesTokens() {
        return true;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(gate.weight());
    }

    /// Tokens that each expert takes out of `tokens`.
    public int expertCapacity(int tokens) {
        return (int) Math.min(tokens, Math.ceil(capacityFactor * tokens / experts()));
    }

    @Override
    public Routing route(Tensor x, Pass pass) {
        try (Scope scope = Scope.open()) {
            int tokens = Math.toIntExact(x.size(0));
            Tensor logits = gate.logits(x, pass.tape());
            Tensor scores = torch.softmax(logits, 1);
            boolean[] taken = taken(Tensors.toFloats(scores.t()), tokens);
            int topK = largestCount(taken, tokens);
            int[] ids = compact(taken, Tensors.toFloats(scores), tokens, topK);
            Tensor weights = Slots.gather(scores, ids, tokens, topK);
            var routing =
                    new Routing(tokens, topK, experts(), ids, weights, scores, logits, List.of());
            routing.keepIn(scope);
            return routing;
        }
    }

    /// Whether token t was taken by expert e, `[T*E]`, from scores `[E*T]`.
    private boolean[] taken(float[] scoresPerExpert, int tokens) {
        int capacity = expertCapacity(tokens);
        // The roles are swapped: experts choose among tokens.
        int[] chosen =
                TopKSelection.select(
                        scoresPerExpert, /* tokens= */ experts(), /* experts= */ tokens, capacity);
        boolean[] taken = new boolean[tokens * experts()];
        for (int i = 0; i < chosen.length; i++) {
            taken[chosen[i] * experts() + i / capacity] = true;
        }
        return taken;
    }

    private int largestCount(boolean[] taken, int tokens) {
        int largest = 1;
        for (int t = 0; t < tokens; t++) {
            int count = 0;
            for (int e = 0; e < experts(); e++) {
                count += taken[t * experts() + e] ? 1 : 0;
            }
            largest = Math.max(largest, count);
        }
        return largest;
    }

    /// The experts that took each token, in descending score, ties to the lower id.
    private int[] compact(boolean[] taken, float[] scores, int tokens, int topK) {
        int[] ids = new int[tokens * topK];
        Arrays.fill(ids, Routing.EMPTY);
        for (int t = 0; t < tokens; t++) {
            int row = t * experts();
            int filled = t * topK;
            for (int e = 0; e < experts(); e++) {
                if (taken[row + e]) {
                    int slot = filled++;
                    while (slot > t * topK && scores[row + e] > scores[row + ids[slot - 1]]) {
                        ids[slot] = ids[slot - 1];
                        slot--;
                    }
                    ids[slot] = e;
                }
            }
        }
        return ids;
    }
}
