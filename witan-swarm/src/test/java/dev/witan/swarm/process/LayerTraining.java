// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.process;

import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Experts;
import dev.witan.moe.Pass;
import dev.witan.moe.layer.ChainConfig;
import dev.witan.moe.layer.ChainLayer;
import dev.witan.moe.layer.MoeLayer;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.TopKRouter;
import dev.witan.moe.router.TopKRouterConfig;
import dev.witan.train.optimizer.AdamW;
import dev.witan.train.optimizer.AdamWConfig;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.ArrayList;
import java.util.List;

/// A chain of two iterations over some experts, wherever they are, that learns to give a target.
///
/// The gates are trained here, the experts by whoever holds them.
public final class LayerTraining {
    private static final int TOKENS = 37;
    private static final int TOP_K = 2;

    private final ChainLayer layer;
    private final AdamW gates;
    private final int width;

    /// A chain over `experts`.
    public LayerTraining(Experts experts) {
        this.width = experts.modelWidth();
        List<MoeLayer> iterations = new ArrayList<>();
        List<Parameter> parameters = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            Gate gate = Gate.uniform("gate" + t, experts.experts(), width, t);
            parameters.add(gate.weight());
            var config = TopKRouterConfig.mixtral(experts.experts(), TOP_K);
            iterations.add(new MoeLayer(new TopKRouter(config, gate), experts));
        }
        this.layer = new ChainLayer(ChainConfig.standard(2), iterations);
        this.gates = new AdamW(new AdamWConfig(0.9, 0.95, 1e-8, 0.01, 0), parameters);
    }

    /// One forward and backward pass and a step of the gates.
    ///
    /// @return the loss
    public double pass(long seed) {
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            Tensor x = Tensors.normal(1, seed, TOKENS, width).requires_grad_(true);
            Tensor target = Tensors.normal(1, 1000, TOKENS, width);
            Tensor y = layer.forward(x, Pass.training(seed, tape)).y();
            Tensor loss = torch.mse_loss(y, target);
            tape.backward(loss);
            double value = Tensors.scalar(loss.detach()) + Tensors.scalar(x.grad().sum());
            gates.step(1e-2);
            return value;
        }
    }
}
