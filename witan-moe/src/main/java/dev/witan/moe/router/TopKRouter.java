// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Sigmoid;
import dev.witan.engine.Tensors;
import dev.witan.moe.Pass;
import dev.witan.moe.Router;
import dev.witan.moe.Routing;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.List;

/// Scores every expert, chooses K per token, weighs them: the router of most published models.
///
/// `routerLogits = gate x`; `routerScores = softmax or sigmoid`; `selectionScores = routerScores +
/// expertBias`, masked to the best groups; the K highest are chosen; `combineWeights` are the
/// unbiased scores of those, renormalised and scaled as configured.
public final class TopKRouter implements Router {
    /// Keeps a renormalised weight finite when all K scores vanish (DeepSeek's constant).
    private static final double NORM_EPSILON = 1e-20;

    private final TopKRouterConfig config;
    private final Gate gate;
    private final ExpertBias bias;

    /// A router over a gate; `bias` is read only if the configuration has a selection bias.
    public TopKRouter(TopKRouterConfig config, Gate gate, ExpertBias bias) {
        if (gate.experts() != config.experts() || bias.experts() != config.experts()) {
            throw new IllegalArgumentException(
                    "gate and bias must have " + config.experts() + " experts");
        }
        this.config = config;
        this.gate = gate;
        this.bias = bias;
    }

    /// A router without bias.
    public TopKRouter(TopKRouterConfig config, Gate gate) {
        this(config, gate, ExpertBias.zero(config.experts()));
    }

    /// What this router does.
    public TopKRouterConfig config() {
        return config;
    }

    /// The balancing bias of the selection scores.
    public ExpertBias bias() {
        return bias;
    }

    /// The gate.
    public Gate gate() {
        return gate;
    }

    @Override
    public int experts() {
        return config.experts();
    }

    @Override
    public int topK() {
        return config.topK();
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(gate.weight());
    }

    @Override
    public Routing route(Tensor x, Pass pass) {
        try (Scope scope = Scope.open()) {
            Tensor logits =
                    gate.logits(Jitter.multiply(x, config.inputJitter(), pass), pass.tape());
            Tensor scores =
                    switch (config.score()) {
                        case SOFTMAX -> torch.softmax(logits, 1);
                        case SIGMOID -> Sigmoid.of(logits, pass.tape());
                        case SOFTMAX_OF_TOP_K -> logits;
                    };
            int tokens = Math.toIntExact(x.size(0));
            int[] ids = choose(Tensors.toFloats(scores), tokens);
            Tensor index = Tensors.of(ids, tokens, config.topK());
            Tensor weights = weigh(scores.gather(1, index));
            return new Routing(
                    tokens,
                    config.topK(),
                    config.experts(),
                    ids,
                    scope.keep(weights),
                    scope.keep(
                            config.score() == TopKRouterConfig.Score.SOFTMAX_OF_TOP_K
                                    ? torch.softmax(logits, 1)
                                    : scores),
                    scope.keep(logits),
                    List.of());
        }
    }

    private int[] choose(float[] selectionScores, int tokens) {
        if (config.selectionBias()) {
            bias.addTo(selectionScores);
        }
        config.groups().mask(selectionScores, tokens, config.experts());
        return TopKSelection.select(selectionScores, tokens, config.experts(), config.topK());
    }

    private Tensor weigh(Tensor chosen) {
        Tensor weights =
                config.score() == TopKRouterConfig.Score.SOFTMAX_OF_TOP_K
                        ? torch.softmax(chosen, 1)
                        : chosen;
        if (config.normTopK()) {
            Tensor sum =
                    weights.sum(
                            new long[] {1}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
            weights = weights.div(sum.add(new Scalar(NORM_EPSILON)));
        }
        return config.scalingFactor() == 1
                ? weights
                : weights.mul(new Scalar(config.scalingFactor()));
    }
}
