// SPDX-License-Identifier: Apache-2.0
package dev.witan.examples;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Parameter;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Combinations;
import dev.witan.moe.Pass;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.moe.expert.SwiGluKernel;
import dev.witan.moe.layer.ChainConfig;
import dev.witan.moe.layer.ChainLayer;
import dev.witan.moe.layer.FeedForward;
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
import java.util.Locale;

/// The same experts twice: one iteration with four experts per token against a chain of two
/// iterations with two experts each, at equal work, on a function that is itself two steps.
public final class E3ChainOfExperts {
    private static final int WIDTH = 8;
    private static final int EXPERTS = 8;
    private static final int STEPS = 300;

    private E3ChainOfExperts() {}

    /// Prints the ways a token can go and the losses of both layers.
    public static void main(String[] args) {
        Engine.start();
        System.out.println("ways through 4 of 8 experts:       " + Combinations.ofChain(8, 4, 1));
        System.out.println("ways through 2 of 8 experts twice: " + Combinations.ofChain(8, 2, 2));
        double one = train(1, 4);
        double two = train(2, 2);
        System.out.printf(Locale.ROOT, "one iteration of top-4:  loss %.5f%n", one);
        System.out.printf(Locale.ROOT, "two iterations of top-2: loss %.5f%n", two);
        System.out.println("one seed and one toy function: this shows how, not which is better");
    }

    private static double train(int iterations, int topK) {
        var weights =
                ExpertParameters.normal("experts", new SwiGluKernel(WIDTH, 8), EXPERTS, 0.3, 1);
        FeedForward layer = chain(new LocalExperts(weights, Precision.FLOAT32), iterations, topK);
        List<Parameter> parameters = new ArrayList<>(layer.parameters());
        parameters.add(weights.parameter());
        var optimizer = new AdamW(new AdamWConfig(0.9, 0.95, 1e-8, 0, 1), parameters);
        double loss = 0;
        for (int step = 0; step < STEPS; step++) {
            loss = step(layer, optimizer, step);
        }
        return loss;
    }

    /// All iterations share the experts; each has a gate of its own.
    private static ChainLayer chain(LocalExperts experts, int iterations, int topK) {
        List<MoeLayer> mixtures = new ArrayList<>();
        for (int i = 0; i < iterations; i++) {
            var router =
                    new TopKRouter(
                            TopKRouterConfig.mixtral(EXPERTS, topK),
                            Gate.uniform("gate." + i, EXPERTS, WIDTH, 10 + i));
            mixtures.add(new MoeLayer(router, experts));
        }
        return new ChainLayer(ChainConfig.standard(iterations), mixtures);
    }

    private static double step(FeedForward layer, AdamW optimizer, long step) {
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            Tensor x = Tensors.normal(1, step, 256, WIDTH);
            Tensor change = layer.forward(x, Pass.training(step, tape)).y();
            Tensor loss = x.add(change).sub(target(x)).square().mean();
            tape.backward(loss);
            optimizer.step(0.01);
            return Tensors.scalar(loss);
        }
    }

    /// Two fixed random layers, one after the other.
    private static Tensor target(Tensor x) {
        Tensor first = Tensors.normal(0.5, 1000, WIDTH, WIDTH);
        Tensor second = Tensors.normal(0.5, 1001, WIDTH, WIDTH);
        Tensor hidden = x.add(torch.tanh(torch.mm(x, first)));
        return hidden.add(torch.tanh(torch.mm(hidden, second)));
    }
}
