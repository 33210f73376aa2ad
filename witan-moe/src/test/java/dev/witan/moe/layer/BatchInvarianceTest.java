// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.witan.engine.BatchMode;
import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.KernelSettings;
import dev.witan.engine.Parameter;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.ExpertCapacity;
import dev.witan.moe.Pass;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.expert.ExpertKernel;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.GeluKernel;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.moe.expert.SwiGluKernel;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.TopKRouter;
import dev.witan.moe.router.TopKRouterConfig;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.Tolerance;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A token's answer has the same bits alone, at any position of any batch, and beside huge and
/// undefined tokens.
class BatchInvarianceTest {
    private static final int WIDTH = 128;
    private static final int[] SIZES = {1, 2, 3, 7, 32, 33, 100, 260};

    @BeforeAll
    static void start() {
        Engine.start();
    }

    @ParameterizedTest
    @EnumSource
    void layersAreInvariant(Precision precision) {
        var settings = new KernelSettings(precision, BatchMode.INVARIANT);
        for (FeedForward layer : layers(settings)) {
            assertThat(worstCompany(layer)).isEqualTo("none");
        }
    }

    /// The check can fail: without the mode, the same layer is found in float32.
    @Test
    @Tag("mutants")
    void theFastModeIsFound() {
        var settings = new KernelSettings(Precision.FLOAT32, BatchMode.FAST);
        assertThat(worstCompany(layers(settings).getFirst())).isNotEqualTo("none");
    }

    /// Equal to rounding always: products stay within their bound in any batch and both modes.
    @ParameterizedTest
    @EnumSource
    void productsStayWithinTheirBound(BatchMode mode) {
        double[][] weight = Seeded.normalFloats(2, 63, WIDTH);
        try (Scope scope = Scope.open()) {
            Tensor value = Tensors.of(Seeded.flatFloats(weight), 63, WIDTH);
            var gate = new Gate(Parameter.leaf("gate", value), mode);
            for (int size : SIZES) {
                double[][] x = Seeded.normalFloats(size, size, WIDTH);
                Tensor logits =
                        gate.logits(
                                Tensors.of(Seeded.flatFloats(x), size, WIDTH),
                                new ExplicitGradient());
                assertThat(Tolerance.FLOAT32.acceptsLinear(Tensors.toFloats(logits), x, weight))
                        .isTrue();
            }
        }
    }

    @Test
    void modesAgreeClosely() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensors.normal(1, 9, 33, WIDTH);
            float[] fast = answer(layers(BatchMode.FAST).getFirst(), x);
            float[] invariant = answer(layers(BatchMode.INVARIANT).getFirst(), x);
            assertThat(fast).containsExactly(invariant, within(1e-4f));
        }
    }

    private static List<FeedForward> layers(BatchMode mode) {
        return layers(new KernelSettings(Precision.FLOAT32, mode));
    }

    private static List<FeedForward> layers(KernelSettings settings) {
        BatchMode mode = settings.batchMode();
        List<FeedForward> layers = new ArrayList<>();
        var shared = SharedExpert.normal("shared", WIDTH, 67, 0.1, 5, mode);
        var gated = SharedExpert.gated("gated", WIDTH, 63, 0.1, 6, mode);
        ExpertKernel swiGlu = new SwiGluKernel(WIDTH, 88);
        layers.add(layer(settings, swiGlu, TopKRouterConfig.softmax(63, 4), Optional.of(shared)));
        layers.add(
                layer(
                        settings,
                        new GeluKernel(WIDTH, 67),
                        TopKRouterConfig.sigmoidWithBias(15, 3, 5, 2, 2.5),
                        Optional.of(gated)));
        layers.add(layer(settings, swiGlu, TopKRouterConfig.mixtral(7, 2), Optional.empty()));
        MoeLayer part =
                layer(settings, swiGlu, TopKRouterConfig.softmax(13, 2), Optional.of(shared));
        layers.add(new ChainLayer(ChainConfig.standard(2), List.of(part, part)));
        layers.add(DenseFeedForward.normal("dense", WIDTH, 101, 0.1, 8, mode));
        return layers;
    }

    private static MoeLayer layer(
            KernelSettings settings,
            ExpertKernel kernel,
            TopKRouterConfig routing,
            Optional<SharedExpert> shared) {
        int experts = routing.experts();
        var parameters = ExpertParameters.normal("experts", kernel, experts, 0.1, 1);
        var gate = Gate.uniform("gate", experts, WIDTH, 2, settings.batchMode());
        return new MoeLayer(
                new TopKRouter(
                        routing, gate, dev.witan.moe.router.ExpertBias.zero(routing.experts())),
                new LocalExperts(parameters, settings),
                shared,
                BalanceConfig.NONE,
                ExpertCapacity.DROPLESS);
    }

    /// A batch in which the token's answer is not what it is alone, or "none".
    private static String worstCompany(FeedForward layer) {
        try (Scope scope = Scope.open()) {
            Tensor token = Tensors.normal(1, 4, 1, WIDTH);
            float[] alone = answer(layer, token);
            for (int size : SIZES) {
                for (int position : new int[] {0, size / 3, size / 2, size - 1}) {
                    for (double factor : new double[] {1, 0, 1e30, Double.NaN}) {
                        try (Scope one = Scope.open()) {
                            Tensor batch = Tensors.normal(1, 31L * size + position, size, WIDTH);
                            batch.mul_(new Scalar(factor));
                            batch.narrow(0, position, 1).copy_(token);
                            Tensor all = forward(layer, batch);
                            float[] answer = Tensors.toFloats(all.narrow(0, position, 1));
                            if (!java.util.Arrays.equals(answer, alone)) {
                                return layer.getClass().getSimpleName()
                                        + ": row "
                                        + position
                                        + " of "
                                        + size
                                        + ", others times "
                                        + factor;
                            }
                        }
                    }
                }
            }
            return "none";
        }
    }

    private static float[] answer(FeedForward layer, Tensor x) {
        try (Scope scope = Scope.open()) {
            return Tensors.toFloats(forward(layer, x));
        }
    }

    private static Tensor forward(FeedForward layer, Tensor x) {
        var noGradient = new NoGradGuard();
        try (var tape = new ExplicitGradient()) {
            return layer.forward(x, new Pass(false, 0, 1, new int[0], tape)).y();
        } finally {
            noGradient.close();
        }
    }
}
