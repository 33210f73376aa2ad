// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.layer;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Pass;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.moe.expert.SwiGluKernel;
import dev.witan.moe.layer.MoeLayer;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.TopKRouter;
import dev.witan.moe.router.TopKRouterConfig;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/// A dropless layer with random weights in the default mode, and a batch for it. Routing is nearly
/// even, as that of a trained and balanced router is.
final class LayerWork {
    private static final double DEVIATION = 0.02;

    private final MoeLayer layer;
    private final Tensor x;
    private final Tensor gradient;

    LayerWork(LayerShape shape, Precision precision) {
        Engine.start();
        var kernel = new SwiGluKernel(shape.modelWidth(), shape.expertWidth());
        var experts = ExpertParameters.normal("experts", kernel, shape.experts(), DEVIATION, 1);
        var gate = Gate.uniform("gate", shape.experts(), shape.modelWidth(), 2);
        var router = new TopKRouter(TopKRouterConfig.softmax(shape.experts(), shape.topK()), gate);
        layer = new MoeLayer(router, new LocalExperts(experts, precision));
        x = Tensors.normal(1, 3, shape.tokens(), shape.modelWidth());
        gradient = Tensors.normal(1, 4, shape.tokens(), shape.modelWidth());
    }

    /// One pass as in answering: nothing is kept for a backward pass.
    void forward() {
        var noGradient = new NoGradGuard();
        try (Scope scope = Scope.open()) {
            layer.forward(x, Pass.inference());
        } finally {
            noGradient.close();
        }
    }

    /// One pass as inside a model in training: gradients of all weights and of the input, whose
    /// norm is returned.
    double forwardAndBackward() {
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            Tensor input = x.detach();
            input.requires_grad_(true);
            Tensor y = layer.forward(input, Pass.training(1, tape)).y();
            tape.backward(y.mul(gradient).sum());
            return Tensors.scalar(input.grad().norm());
        }
    }
}
