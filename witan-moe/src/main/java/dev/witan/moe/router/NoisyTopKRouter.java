// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Pass;
import dev.witan.moe.Router;
import dev.witan.moe.Routing;
import dev.witan.moe.balance.BalanceLosses;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.List;

/// Noisy top-k gating: `H = gate x + noise * softplus(noiseGate x)`, weights `softmax(top-k of H)`.
///
/// The learned noise spreads tokens over experts and makes the load differentiable. Outside
/// training there is no noise and no loss. `routerLogits` are H, `routerScores` the softmax over
/// the chosen experts with 0 elsewhere. Losses, from training passes: `importance`, the squared
/// variation of the experts' total weights, and `load`, that of the expected number of tokens.
///
/// @see "Shazeer et al. 2017, Outrageously Large Neural Networks, Eq. 3-5, 6-11 and appendix A"
public final class NoisyTopKRouter implements Router {
    /// Smallest noise, as in the authors' code: a noise of 0 has no density to derive the load by.
    private static final double NOISE_EPSILON = 1e-2;

    private final int topK;
    private final Gate gate;
    private final Gate noiseGate;

    /// A router over its two linear layers.
    public NoisyTopKRouter(int topK, Gate gate, Gate noiseGate) {
        if (topK < 1 || topK > gate.experts()) {
            throw new IllegalArgumentException(
                    "topK must be in [1, " + gate.experts() + "], was " + topK);
        }
        if (noiseGate.experts() != gate.experts()) {
            throw new IllegalArgumentException(
                    "noise gate must have "
                            + gate.experts()
                            + " experts, had "
                            + noiseGate.experts());
        }
        this.topK = topK;
        this.gate = gate;
        this.noiseGate = noiseGate;
    }

    /// A router that starts from zeros, as the paper does: every expert equally likely.
    public static NoisyTopKRouter zero(String name, int experts, int topK, int modelWidth) {
        return new NoisyTopKRouter(
                topK,
                Gate.zero(name + ".weight", experts, modelWidth),
                Gate.zero(name + "_noise.weight", experts, modelWidth));
    }

    @Override
    public int experts() {
        return gate.experts();
    }

    @Override
    public int topK() {
        return topK;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(gate.weight(), noiseGate.weight());
    }

    @Override
    public Routing route(Tensor x, Pass pass) {
        try (Scope scope = Scope.open()) {
            int tokens = Math.toIntExact(x.size(0));
            Tensor clean = gate.logits(x, pass.tape());
            Tensor noiseScale =
                    torch.softplus(noiseGate.logits(x, pass.tape())).add(new Scalar(NOISE_EPSILON));
            Tensor logits = clean;
            if (pass.training()) {
                Tensor noise = Tensors.normal(1, pass.seed(), tokens, experts());
                logits = clean.add(noise.mul(noiseScale));
            }
            float[] selectionScores = Tensors.toFloats(logits);
            int[] ids = TopKSelection.select(selectionScores, tokens, experts(), topK);
            Tensor index = Tensors.of(ids, tokens, topK);
            Tensor weights = torch.softmax(logits.gather(1, index), 1);
            Tensor scores =
                    Tensors.zeros(ScalarType.Float, tokens, experts()).scatter(1, index, weights);
            List<Routing.RouterLoss> losses =
                    pass.training()
                            ? List.of(
                                    variation("importance", scores),
                                    load(clean, logits, noiseScale, selectionScores))
                            : List.of();
            var routing =
                    new Routing(tokens, topK, experts(), ids, weights, scores, logits, losses);
            routing.keepIn(scope);
            return routing;
        }
    }

    /// The variation of `sum_t P(t,i)`, with `P = Phi((clean_i - threshold_i) / noiseScale_i)` the
    /// probability that expert i stays chosen when its own noise is drawn again.
    private Routing.RouterLoss load(
            Tensor clean, Tensor logits, Tensor noiseScale, float[] selectionScores) {
        if (topK == experts()) {
            return new Routing.RouterLoss("load", Tensors.zeros(ScalarType.Float));
        }
        int tokens = Math.toIntExact(clean.size(0));
        Tensor threshold = logits.gather(1, thresholds(selectionScores, tokens));
        return variation("load", torch.special_ndtr(clean.sub(threshold).div(noiseScale)));
    }

    /// For each token and expert, the K-th best among the other experts.
    private Tensor thresholds(float[] selectionScores, int tokens) {
        int[] best = TopKSelection.select(selectionScores, tokens, experts(), topK + 1);
        int[] ids = new int[tokens * experts()];
        for (int t = 0; t < tokens; t++) {
            int from = t * (topK + 1);
            for (int e = 0; e < experts(); e++) {
                ids[t * experts() + e] = best[from + topK - 1];
            }
            for (int k = 0; k < topK; k++) {
                ids[t * experts() + best[from + k]] = best[from + topK];
            }
        }
        return Tensors.of(ids, tokens, experts());
    }

    private static Routing.RouterLoss variation(String name, Tensor perToken) {
        Tensor total = perToken.sum(new long[] {0}, false, new ScalarTypeOptional());
        return new Routing.RouterLoss(name, BalanceLosses.squaredVariation(total));
    }
}
