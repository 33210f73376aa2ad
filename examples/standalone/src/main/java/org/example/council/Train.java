// SPDX-License-Identifier: Apache-2.0
package org.example.council;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Parameter;
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
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

import java.util.stream.Stream;

/// Eight experts of width 16, two per token, learn the sine of eight numbers by plain descent.
final class Train {
    public static void main(String[] args) {
        Engine.start();
        var weights = ExpertParameters.normal("experts", new SwiGluKernel(8, 16), 8, 0.3, 1);
        var router = new TopKRouter(TopKRouterConfig.mixtral(8, 2), Gate.uniform("gate", 8, 8, 2));
        var layer = new MoeLayer(router, new LocalExperts(weights, Precision.FLOAT32));
        for (int step = 0; step <= 300; step++) {
            try (var scope = Scope.open();
                    var tape = new ExplicitGradient()) {
                Tensor x = Tensors.normal(1, step, 256, 8);
                Tensor y = layer.forward(x, Pass.training(step, tape)).y();
                Tensor loss = y.sub(x.sin()).square().mean();
                tape.backward(loss);
                Stream.concat(layer.parameters().stream(), Stream.of(weights.parameter()))
                        .forEach(parameter -> descend(parameter, 0.5));
                if (step % 100 == 0) {
                    System.out.println("step " + step + " loss " + Tensors.scalar(loss));
                }
            }
        }
    }

    private static void descend(Parameter parameter, double rate) {
        try (var scope = Scope.open();
                var noGradient = new NoGradGuard()) {
            parameter.value().sub_(parameter.gradient().mul(new Scalar(rate)));
            parameter.zeroGradient();
        }
    }
}
