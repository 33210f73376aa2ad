// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Matrices;
import dev.witan.moe.Pass;
import dev.witan.moe.RouterDriver;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.NoisyTopKRouter;
import dev.witan.testkit.FiniteDifferences;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.Algebra;
import dev.witan.testkit.reference.ReferenceChain;
import dev.witan.testkit.reference.ReferenceExpert;
import dev.witan.testkit.reference.ReferenceMoe;
import dev.witan.testkit.reference.ReferenceRouter;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class ChainLayerTest {
    private static final int WIDTH = MoeFixture.WIDTH;
    private static final int TOP_K = 2;

    @BeforeAll
    static void start() {
        Engine.start();
    }

    static Stream<ChainConfig> configs() {
        List<ChainConfig> configs = new ArrayList<>();
        for (int iterations = 1; iterations <= 3; iterations++) {
            for (boolean gates : new boolean[] {false, true}) {
                for (ChainConfig.Shared shared : ChainConfig.Shared.values()) {
                    configs.add(
                            new ChainConfig(
                                    iterations,
                                    gates,
                                    true,
                                    false,
                                    shared,
                                    ChainConfig.Block.STANDARD));
                    for (boolean inner : new boolean[] {false, true}) {
                        for (boolean outer : new boolean[] {false, true}) {
                            configs.add(
                                    new ChainConfig(
                                            iterations,
                                            gates,
                                            inner,
                                            outer,
                                            shared,
                                            ChainConfig.Block.AS_CODED));
                        }
                    }
                }
            }
        }
        return configs.stream();
    }

    @ParameterizedTest
    @MethodSource("configs")
    void theBlockIsThePapers(ChainConfig config) {
        for (int tokens : new int[] {0, 1, 13}) {
            try (Scope scope = Scope.open()) {
                var chain = new Chain(config);
                Tensor h0 = MoeFixture.x(4, tokens);
                double[][] x1 = Seeded.normalFloats(6, tokens, WIDTH);
                FeedForward.Output output = chain.layer.forward(h0, Pass.inference());
                Tensor out =
                        chain.layer.addsResidual()
                                ? output.y().add(Matrices.tensor(x1, WIDTH))
                                : output.y();
                ReferenceChain reference = chain.reference();
                double[][] input = Matrices.rows(h0);
                ReferenceChain.Output expected = reference.forward(input);
                Matrices.assertClose(out, reference.block(x1, input, expected.y()), 2e-5);
                assertThat(output.routings()).hasSize(config.iterations());
                for (int t = 0; t < config.iterations(); t++) {
                    RouterDriver.assertEqual(
                            output.routings().get(t), expected.routings().get(t), 2e-5);
                    assertThat(output.statistics().get(t).iteration()).isEqualTo(t);
                    assertThat(output.statistics().get(t).overlap().isPresent())
                            .isEqualTo(t > 0 && tokens > 0);
                }
            }
        }
    }

    /// Input, gates, experts and shared expert against differences of the float64 chain.
    @ParameterizedTest
    @MethodSource("configs")
    void gradientsAreThoseOfFiniteDifferences(ChainConfig config) {
        int tokens = 3;
        double[][] gradY = Seeded.normalFloats(7, tokens, WIDTH);
        try (Scope scope = Scope.open()) {
            var chain = new Chain(config);
            Tensor h0 = MoeFixture.x(4, tokens).requires_grad_(true);
            var tape = new ExplicitGradient();
            FeedForward.Output output = chain.layer.forward(h0, Pass.training(0, tape));
            tape.backward(MoeFixture.weighedSum(output.y(), gradY));

            double[][] input = Matrices.rows(h0.detach());
            assertGradient(h0.grad(), input, chain, (c, x) -> c.loss(x, gradY));
            for (int g = 0; g < chain.gates.size(); g++) {
                int index = g;
                Gate gate = chain.gates.get(g);
                assertGradient(
                        gate.weight().gradient(),
                        MoeFixture.rows(gate),
                        chain,
                        (c, w) -> c.withGate(index, w).loss(input, gradY));
            }
            for (int m = 0; m < 3; m++) {
                int index = m;
                Tensor gradient =
                        List.copyOf(chain.fixture.parameters.gradients(1).values()).get(m);
                double[][] point = chain.fixture.references().get(1).weights().get(m);
                assertGradient(
                        gradient,
                        point,
                        chain,
                        (c, w) -> c.withExpert(1, index, w).loss(input, gradY));
            }
            Tensor down = chain.shared.parameters().get(2).gradient();
            assertGradient(
                    down,
                    Matrices.rows(chain.shared.parameters().get(2).value()),
                    chain,
                    (c, w) -> c.withSharedDown(w).loss(input, gradY));
        }
    }

    @Test
    void oneIterationInAStandardBlockIsTheMoeLayerToTheLastBit() {
        for (ChainConfig.Shared sharing : ChainConfig.Shared.values()) {
            try (Scope scope = Scope.open()) {
                var config =
                        new ChainConfig(1, true, true, false, sharing, ChainConfig.Block.STANDARD);
                var chain = new Chain(config);
                MoeLayer alone = chain.layer.iterations().get(0);
                Tensor x = MoeFixture.x(4, 31).requires_grad_(true);
                float[][] chained = outputAndGradients(chain.layer, chain, x);
                float[][] plain = outputAndGradients(alone, chain, x);
                for (int i = 0; i < plain.length; i++) {
                    assertThat(chained[i]).isEqualTo(plain[i]);
                }
                assertThat(chain.layer.addsResidual()).isEqualTo(alone.addsResidual());
            }
        }
    }

    @Test
    void oneIterationDrawsTheNoiseOfTheMoeLayer() {
        try (Scope scope = Scope.open()) {
            var router = new NoisyTopKRouter(TOP_K, MoeFixture.gate(3), MoeFixture.gate(8));
            MoeLayer alone = new MoeFixture().layer(router, Optional.empty());
            var chain = new ChainLayer(ChainConfig.standard(1), List.of(alone));
            Tensor x = MoeFixture.x(4, 31);
            for (int seed = 0; seed < 3; seed++) {
                assertThat(Tensors.toFloats(chain.forward(x, RouterDriver.training(seed)).y()))
                        .isEqualTo(
                                Tensors.toFloats(
                                        alone.forward(x, RouterDriver.training(seed)).y()));
            }
        }
    }

    /// Experts that answer nothing leave the input as it is: only the noise can differ.
    @Test
    void iterationsDrawDifferentNoise() {
        try (Scope scope = Scope.open()) {
            var router = new NoisyTopKRouter(TOP_K, MoeFixture.gate(3), MoeFixture.gate(8));
            var fixture = new MoeFixture();
            fixture.parameters.parameter().value().zero_();
            MoeLayer nothing = fixture.layer(router, Optional.empty());
            var chain = new ChainLayer(ChainConfig.standard(2), List.of(nothing, nothing));
            FeedForward.Output output =
                    chain.forward(MoeFixture.x(4, 31), RouterDriver.training(1));
            assertThat(Tensors.toFloats(output.y())).containsOnly(0f);
            assertThat(Tensors.toFloats(output.routings().get(0).routerLogits()))
                    .isNotEqualTo(Tensors.toFloats(output.routings().get(1).routerLogits()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sharedPartsAreParametersOnce(boolean gatePerIteration) {
        try (Scope scope = Scope.open()) {
            var config =
                    new ChainConfig(
                            3,
                            gatePerIteration,
                            true,
                            false,
                            ChainConfig.Shared.ONCE,
                            ChainConfig.Block.STANDARD);
            assertThat(new Chain(config).layer.parameters())
                    .hasSize(3 + (gatePerIteration ? 3 : 1))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void chainsThatDoNotFitAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChainConfig.standard(0))
                .withMessage("iterations must be in [1, 64], was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new ChainConfig(
                                2,
                                true,
                                false,
                                false,
                                ChainConfig.Shared.ONCE,
                                ChainConfig.Block.STANDARD))
                .withMessageContaining("innerResidual");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChainLayer(ChainConfig.standard(2), List.of()))
                .withMessage("a chain of 2 iterations needs as many mixtures, had 0");
    }

    private interface ReferenceLoss {
        double of(Twin twin, double[][] point);
    }

    private static void assertGradient(
            Tensor actual, double[][] point, Chain chain, ReferenceLoss loss) {
        Twin twin = chain.twin();
        double[][] expected = FiniteDifferences.gradient((double[][] p) -> loss.of(twin, p), point);
        assertThat(FiniteDifferences.relativeError(expected, Matrices.rows(actual)))
                .isLessThan(2e-5);
    }

    private static float[][] outputAndGradients(FeedForward layer, Chain chain, Tensor x) {
        chain.gates.forEach(gate -> gate.weight().zeroGradient());
        chain.shared.parameters().forEach(Parameter::zeroGradient);
        chain.fixture.parameters.parameter().zeroGradient();
        if (x.grad().defined()) {
            x.grad().zero_();
        }
        var tape = new ExplicitGradient();
        FeedForward.Output output = layer.forward(x, Pass.training(0, tape));
        tape.backward(MoeFixture.weighedSum(output.y(), Seeded.normalFloats(7, 31, WIDTH)));
        return new float[][] {
            Tensors.toFloats(output.y()),
            Tensors.toFloats(x.grad()),
            Tensors.toFloats(chain.gates.get(0).weight().gradient()),
            Tensors.toFloats(chain.shared.parameters().get(2).gradient()),
            Tensors.toFloats(chain.fixture.parameters.parameter().gradient())
        };
    }

    /// A chain and what it is made of.
    private static final class Chain {
        final ChainConfig config;
        final MoeFixture fixture = new MoeFixture();
        final SharedExpert shared = SharedExpert.normal("shared", WIDTH, 3, 0.5, 31);
        final List<Gate> gates = new ArrayList<>();
        final ChainLayer layer;

        Chain(ChainConfig config) {
            this.config = config;
            List<MoeLayer> mixtures = new ArrayList<>();
            for (int t = 0; t < config.iterations(); t++) {
                if (t == 0 || config.gatePerIteration()) {
                    gates.add(MoeFixture.gate(40 + t));
                }
                mixtures.add(
                        fixture.layer(
                                MoeFixture.router(TOP_K, false, gates.getLast()),
                                Optional.of(shared)));
            }
            this.layer = new ChainLayer(config, mixtures);
        }

        Twin twin() {
            return new Twin(
                    config,
                    gates.stream().map(MoeFixture::rows).toList(),
                    fixture.references(),
                    MoeFixture.reference(shared));
        }

        ReferenceChain reference() {
            return twin().reference();
        }
    }

    /// The float64 chain with parts to exchange.
    private record Twin(
            ChainConfig config,
            List<double[][]> gates,
            List<ReferenceExpert> experts,
            ReferenceMoe.Shared shared) {
        ReferenceChain reference() {
            ReferenceChain.Block block =
                    switch (config.block()) {
                        case STANDARD -> ReferenceChain.Block.STANDARD;
                        case AS_CODED ->
                                config.outerResidual()
                                        ? ReferenceChain.Block.AS_CODED_OUTER_RESIDUAL
                                        : ReferenceChain.Block.AS_CODED;
                    };
            return new ReferenceChain(
                    gates,
                    ReferenceRouter.softmaxTopK(TOP_K, false, 1),
                    experts,
                    shared,
                    new ReferenceChain.Options(
                            config.iterations(),
                            config.innerResidual(),
                            config.shared() == ChainConfig.Shared.ONCE,
                            block));
        }

        /// The sum of `gradY` times what the layer, without its block, gives for `h0`.
        double loss(double[][] h0, double[][] gradY) {
            double[][] hc = reference().forward(h0).y();
            boolean standard = config.block() == ChainConfig.Block.STANDARD;
            return Algebra.inner(gradY, standard ? Algebra.subtract(hc, h0) : hc);
        }

        Twin withGate(int index, double[][] weight) {
            List<double[][]> replaced = new ArrayList<>(gates);
            replaced.set(index, weight);
            return new Twin(config, replaced, experts, shared);
        }

        Twin withExpert(int expert, int matrix, double[][] weight) {
            List<ReferenceExpert> replaced = new ArrayList<>(experts);
            List<double[][]> weights = new ArrayList<>(experts.get(expert).weights());
            weights.set(matrix, weight);
            replaced.set(expert, experts.get(expert).withWeights(weights));
            return new Twin(config, gates, replaced, shared);
        }

        Twin withSharedDown(double[][] weight) {
            List<double[][]> weights = new ArrayList<>(shared.expert().weights());
            weights.set(2, weight);
            return new Twin(
                    config,
                    gates,
                    experts,
                    new ReferenceMoe.Shared(shared.expert().withWeights(weights), shared.gate()));
        }
    }
}
