// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Pass;
import dev.witan.moe.Router;
import dev.witan.moe.Routing;

import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.List;

/// GShard's top-2: weights `g1/(g1+g2)` and `g2/(g1+g2)`, the second expert kept with probability
/// `min(1, 2 * second weight)`.
///
/// The draws are those of `Tensors.uniform(0, 1, pass.seed(), T)`. A second choice that is not kept
/// leaves its slot empty and the first weight as it is. Outside training both are kept.
///
/// @see "Lepikhin et al. 2020, GShard, Algorithm 1"
public final class GShardRouter implements Router {
    private static final int TOP_K = 2;

    private final Gate gate;

    /// A router over a gate of at least two experts.
    public GShardRouter(Gate gate) {
        if (gate.experts() < TOP_K) {
            throw new IllegalArgumentException(
                    "experts must be >= 2 for top-2 routing, was " + gate.experts());
        }
        this.gate = gate;
    }

    @Override
    public int experts() {
        return gate.experts();
    }

    @Override
    public int topK() {
        return TOP_K;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(gate.weight());
    }

    @Override
    public Routing route(Tensor x, Pass pass) {
        try (Scope scope = Scope.open()) {
            int tokens = Math.toIntExact(x.size(0));
            Tensor logits = gate.logits(x, pass.tape());
            Tensor scores = torch.softmax(logits, 1);
            int[] ids = TopKSelection.select(Tensors.toFloats(scores), tokens, experts(), TOP_K);
            Tensor chosen = Slots.gather(scores, ids, tokens, TOP_K);
            Tensor weights = chosen.div(chosen.sum(new long[] {1}, true, new ScalarTypeOptional()));
            if (pass.training()) {
                dropSecond(ids, Tensors.toFloats(weights), tokens, pass.seed());
                weights = Slots.clearEmpty(weights, ids, tokens, TOP_K);
            }
            var routing =
                    new Routing(tokens, TOP_K, experts(), ids, weights, scores, logits, List.of());
            routing.keepIn(scope);
            return routing;
        }
    }

    private static void dropSecond(int[] ids, float[] weights, int tokens, long seed) {
        float[] draws = Tensors.toFloats(Tensors.uniform(0, 1, seed, tokens));
        for (int t = 0; t < tokens; t++) {
            int second = t * TOP_K + 1;
            if (2 * weights[second] <= draws[t]) {
                ids[second] = Routing.EMPTY;
            }
        }
    }
}
