// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.moe.expert.SwiGluKernel;
import dev.witan.moe.layer.FeedForward;
import dev.witan.moe.layer.MoeLayer;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.TopKRouter;
import dev.witan.moe.router.TopKRouterConfig;

import org.bytedeco.pytorch.Tensor;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A program that prints digests of a layer's output and gradients, one line each, in the precision
/// it is given: to compare processes with different numbers of threads.
public final class LayerDigest {
    private static final int TOKENS = 613;
    private static final int WIDTH = 48;
    private static final int EXPERTS = 13;

    private LayerDigest() {}

    /// Prints the digests.
    public static void main(String[] args) throws NoSuchAlgorithmException {
        Engine engine = Engine.start();
        System.out.println("threads " + engine.workers().size());
        try (Scope scope = Scope.open()) {
            var parameters =
                    ExpertParameters.normal(
                            "experts", new SwiGluKernel(WIDTH, 20), EXPERTS, 0.2, 1);
            Gate gate = Gate.uniform("gate", EXPERTS, WIDTH, 2);
            var layer =
                    new MoeLayer(
                            new TopKRouter(TopKRouterConfig.mixtral(EXPERTS, 3), gate),
                            new LocalExperts(parameters, Precision.valueOf(args[0])));
            Tensor x = Tensors.normal(1, 3, TOKENS, WIDTH).requires_grad_(true);
            var tape = new ExplicitGradient();
            FeedForward.Output output = layer.forward(x, Pass.training(0, tape));
            tape.backward(output.y().mul(Tensors.normal(1, 4, TOKENS, WIDTH)).sum());
            print("output", output.y());
            print("input gradient", x.grad());
            print("gate gradient", gate.weight().gradient());
            print("expert gradients", parameters.parameter().gradient());
        }
    }

    private static void print(String name, Tensor tensor) throws NoSuchAlgorithmException {
        float[] values = Tensors.toFloats(tensor);
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        for (float value : values) {
            bytes.putFloat(value);
        }
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
        System.out.println(name + " " + HexFormat.of().formatHex(digest));
    }
}
