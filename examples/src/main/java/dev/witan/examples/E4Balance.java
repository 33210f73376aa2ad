// SPDX-License-Identifier: Apache-2.0
package dev.witan.examples;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Parameter;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.ExpertCapacity;
import dev.witan.moe.Pass;
import dev.witan.moe.RoutingStatistics;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.moe.expert.SwiGluKernel;
import dev.witan.moe.layer.FeedForward;
import dev.witan.moe.layer.MoeLayer;
import dev.witan.moe.router.ExpertBias;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.TopKRouter;
import dev.witan.moe.router.TopKRouterConfig;
import dev.witan.train.optimizer.AdamW;
import dev.witan.train.optimizer.AdamWConfig;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Why routers need balancing: tokens that have much in common all go to the expert that happens to
/// be ahead, which alone learns and stays ahead. A loss, or a bias in the choice, spreads them.
public final class E4Balance {
    private static final int WIDTH = 8;
    private static final int EXPERTS = 8;
    private static final int STEPS = 300;

    private E4Balance() {}

    /// Prints the load of the experts after training without balance, with a loss, with a bias.
    public static void main(String[] args) {
        Engine.start();
        print("none", train(BalanceConfig.NONE, 0));
        print("loss", train(BalanceConfig.ofExpertLevel(0.05), 0));
        print("bias", train(BalanceConfig.NONE, 0.003));
    }

    private static RoutingStatistics train(BalanceConfig balance, double biasRate) {
        var weights =
                ExpertParameters.normal("experts", new SwiGluKernel(WIDTH, 8), EXPERTS, 0.3, 1);
        var bias = ExpertBias.zero(EXPERTS);
        var router =
                new TopKRouter(
                        TopKRouterConfig.softmax(EXPERTS, 1).withSelectionBias(biasRate > 0),
                        Gate.uniform("gate", EXPERTS, WIDTH, 2),
                        bias);
        var layer =
                new MoeLayer(
                        router,
                        new LocalExperts(weights, Precision.FLOAT32),
                        Optional.empty(),
                        balance,
                        ExpertCapacity.DROPLESS);
        List<Parameter> parameters = new ArrayList<>(layer.parameters());
        parameters.add(weights.parameter());
        var optimizer = new AdamW(new AdamWConfig(0.9, 0.95, 1e-8, 0, 1), parameters);
        RoutingStatistics last = null;
        for (int step = 0; step < STEPS; step++) {
            last = step(layer, optimizer, step);
            bias.update(last.tokensPerExpert(), biasRate);
        }
        if (last == null) {
            throw new IllegalStateException("no step was made");
        }
        return last;
    }

    private static RoutingStatistics step(MoeLayer layer, AdamW optimizer, long step) {
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            Tensor x = Tensors.normal(1, step, 512, WIDTH).add(new Scalar(2.0));
            FeedForward.Output output = layer.forward(x, Pass.training(step, tape));
            Tensor loss = output.y().sub(x.sin()).square().mean();
            for (Tensor part : output.losses()) {
                loss = loss.add(part); // already weighted
            }
            tape.backward(loss);
            optimizer.step(0.01);
            return output.statistics().getFirst();
        }
    }

    private static void print(String kind, RoutingStatistics statistics) {
        var loads = new StringBuilder();
        for (int count : statistics.tokensPerExpert()) {
            loads.append(String.format(Locale.ROOT, "%4d", count));
        }
        System.out.printf(
                Locale.ROOT,
                "balance by %s: max/mean %.2f, dead %d, tokens%s%n",
                kind,
                statistics.maxOverMean(),
                statistics.deadExperts(),
                loads);
    }
}
