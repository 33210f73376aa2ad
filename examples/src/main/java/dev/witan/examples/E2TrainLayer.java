// SPDX-License-Identifier: Apache-2.0
package dev.witan.examples;

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
import dev.witan.moe.layer.FeedForward;
import dev.witan.moe.layer.MoeLayer;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.TopKRouter;
import dev.witan.moe.router.TopKRouterConfig;
import dev.witan.train.optimizer.AdamW;
import dev.witan.train.optimizer.AdamWConfig;

import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A layer learns: points of the plane are turned by an angle that depends on their quadrant, and
/// four experts share the quadrants among themselves.
public final class E2TrainLayer {
    private static final int WIDTH = 2;
    private static final int EXPERTS = 4;
    private static final int BATCH = 256;
    private static final int STEPS = 400;
    private static final double[] ANGLES = {0.5, 2.0, -1.0, 3.0};

    private E2TrainLayer() {}

    /// Prints the loss on the way, and which expert answers for each quadrant in the end.
    public static void main(String[] args) {
        Engine.start();
        var weights =
                ExpertParameters.normal("experts", new SwiGluKernel(WIDTH, 16), EXPERTS, 0.5, 1);
        var router =
                new TopKRouter(
                        TopKRouterConfig.softmax(EXPERTS, 1),
                        Gate.uniform("gate", EXPERTS, WIDTH, 2));
        var layer = new MoeLayer(router, new LocalExperts(weights, Precision.FLOAT32));

        // The trunk (here only the gate) and the routed experts are listed apart.
        List<Parameter> parameters = new ArrayList<>(layer.parameters());
        parameters.add(weights.parameter());
        var optimizer = new AdamW(new AdamWConfig(0.9, 0.95, 1e-8, 0, 1), parameters);

        for (int step = 0; step <= STEPS; step++) {
            double loss = step(layer, optimizer, step);
            if (step % 100 == 0) {
                System.out.printf(Locale.ROOT, "step %3d  loss %.5f%n", step, loss);
            }
        }
        printSpecialists(layer);
    }

    private static double step(MoeLayer layer, AdamW optimizer, long step) {
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            Tensor x = Tensors.uniform(-1, 1, step, BATCH, WIDTH);
            FeedForward.Output output = layer.forward(x, Pass.training(step, tape));
            Tensor loss = output.y().sub(target(x)).square().mean();
            tape.backward(loss); // runs the experts' own backward passes on the way
            optimizer.step(0.02);
            return Tensors.scalar(loss);
        }
    }

    private static Tensor target(Tensor x) {
        float[] points = Tensors.toFloats(x);
        float[] turned = new float[points.length];
        for (int i = 0; i < points.length; i += WIDTH) {
            double angle = ANGLES[quadrant(points[i], points[i + 1])];
            turned[i] = (float) (Math.cos(angle) * points[i] - Math.sin(angle) * points[i + 1]);
            turned[i + 1] = (float) (Math.sin(angle) * points[i] + Math.cos(angle) * points[i + 1]);
        }
        return Tensors.of(turned, points.length / WIDTH, WIDTH);
    }

    private static int quadrant(float x, float y) {
        return (x < 0 ? 1 : 0) + (y < 0 ? 2 : 0);
    }

    private static void printSpecialists(MoeLayer layer) {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensors.uniform(-1, 1, -1, 1000, WIDTH);
            float[] points = Tensors.toFloats(x);
            var routing = layer.forward(x, Pass.inference()).routings().getFirst();
            int[][] counts = new int[ANGLES.length][EXPERTS];
            for (int t = 0; t < routing.tokens(); t++) {
                int quadrant = quadrant(points[t * WIDTH], points[t * WIDTH + 1]);
                counts[quadrant][routing.expertId(t, 0)]++;
            }
            System.out.println("points of each quadrant by expert");
            for (int[] count : counts) {
                System.out.printf("%6d %5d %5d %5d%n", count[0], count[1], count[2], count[3]);
            }
        }
    }
}
