// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.ExpertCapacity;
import dev.witan.moe.Matrices;
import dev.witan.moe.Pass;
import dev.witan.moe.ReferenceExperts;
import dev.witan.moe.RouterDriver;
import dev.witan.moe.Routing;
import dev.witan.moe.RoutingStatistics;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.expert.ExpertKernel;
import dev.witan.moe.expert.GeluKernel;
import dev.witan.moe.expert.LogisticKernel;
import dev.witan.moe.expert.SwiGluKernel;
import dev.witan.moe.router.ExpertChoiceRouter;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.NoisyTopKRouter;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.ReferenceMoe;
import dev.witan.testkit.reference.ReferenceRouter;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class MoeLayerTest {
    private static final int WIDTH = MoeFixture.WIDTH;
    private static final double TOLERANCE = 2e-5;

    @BeforeAll
    static void start() {
        Engine.start();
    }

    enum Sharing {
        NONE,
        PLAIN,
        GATED;

        Optional<SharedExpert> expert() {
            return switch (this) {
                case NONE -> Optional.empty();
                case PLAIN -> Optional.of(SharedExpert.normal("shared", WIDTH, 3, 0.5, 31));
                case GATED -> Optional.of(SharedExpert.gated("shared", WIDTH, 3, 0.5, 31));
            };
        }
    }

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (Sharing sharing : Sharing.values()) {
            for (int tokens : new int[] {0, 1, 7, 64}) {
                cases.add(Arguments.of(tokens, 2, true, sharing));
                cases.add(Arguments.of(tokens, 5, false, sharing));
                cases.add(Arguments.of(tokens, 1, false, sharing));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void outputAndGradientsAreThePapers(int tokens, int topK, boolean norm, Sharing sharing) {
        check(new SwiGluKernel(WIDTH, 4), tokens, topK, norm, sharing.expert());
    }

    @Test
    void anyKernelMayAnswer() {
        for (ExpertKernel kernel : List.of(new GeluKernel(WIDTH, 4), new LogisticKernel(WIDTH))) {
            check(kernel, 13, 2, true, Optional.empty());
        }
    }

    private static void check(
            ExpertKernel kernel,
            int tokens,
            int topK,
            boolean norm,
            Optional<SharedExpert> shared) {
        try (Scope scope = Scope.open()) {
            var fixture = new MoeFixture(kernel);
            Gate gate = MoeFixture.gate(3);
            MoeLayer layer = fixture.layer(MoeFixture.router(topK, norm, gate), shared);
            double[][] gradY = Seeded.normalFloats(5, tokens, WIDTH);
            Tensor x = MoeFixture.x(4, tokens).requires_grad_(true);
            var tape = new ExplicitGradient();
            FeedForward.Output output = layer.forward(x, Pass.training(0, tape));
            tape.backward(MoeFixture.weighedSum(output.y(), gradY));

            var reference =
                    new ReferenceMoe(
                            MoeFixture.rows(gate),
                            ReferenceRouter.softmaxTopK(topK, norm, 1),
                            fixture.references(),
                            MoeFixture.reference(shared));
            double[][] input = Matrices.rows(x);
            ReferenceMoe.Output expected = reference.forward(input);
            ReferenceMoe.Gradients gradients = reference.backward(input, gradY);
            RouterDriver.assertEqual(output.routings().get(0), expected.routing(), TOLERANCE);
            Matrices.assertClose(output.y(), expected.y(), TOLERANCE);
            Matrices.assertClose(x.grad(), gradients.x(), TOLERANCE);
            Matrices.assertClose(gate.weight().gradient(), gradients.gate(), TOLERANCE);
            for (int e = 0; e < MoeFixture.EXPERTS; e++) {
                List<double[][]> wanted =
                        ReferenceExperts.gradients(kernel, gradients.experts().get(e));
                List<Tensor> actual = ReferenceExperts.gradients(fixture.parameters, e);
                for (int m = 0; m < actual.size(); m++) {
                    Matrices.assertClose(actual.get(m), wanted.get(m), TOLERANCE);
                }
            }
            if (shared.isPresent()) {
                List<double[][]> wanted = new ArrayList<>(gradients.shared());
                Optional.ofNullable(gradients.sharedGate()).ifPresent(wanted::add);
                for (int m = 0; m < wanted.size(); m++) {
                    Matrices.assertClose(
                            shared.get().parameters().get(m).gradient(), wanted.get(m), TOLERANCE);
                }
            }
        }
    }

    @Test
    void aDroppedTokenGetsOnlyTheSharedExpert() {
        try (Scope scope = Scope.open()) {
            var fixture = new MoeFixture();
            SharedExpert shared = SharedExpert.normal("shared", WIDTH, 3, 0.5, 31);
            Gate gate = MoeFixture.gate(3);
            gate.weight().value().detach().zero_();
            var layer =
                    new MoeLayer(
                            MoeFixture.router(1, false, gate),
                            fixture.experts,
                            Optional.of(shared),
                            BalanceConfig.NONE,
                            new ExpertCapacity(1));
            Tensor x = MoeFixture.x(4, 10);
            FeedForward.Output output = layer.forward(x, RouterDriver.training(0));
            assertThat(output.routings().get(0).expertIds())
                    .containsExactly(0, 0, -1, -1, -1, -1, -1, -1, -1, -1);
            assertThat(output.statistics().get(0).droppedTokens()).isEqualTo(8);
            float[] y = Tensors.toFloats(output.y());
            float[] alone = Tensors.toFloats(shared.forward(x, new ExplicitGradient()));
            assertThat(Arrays.copyOfRange(y, 2 * WIDTH, y.length))
                    .isEqualTo(Arrays.copyOfRange(alone, 2 * WIDTH, alone.length));
            assertThat(Arrays.copyOf(y, 2 * WIDTH)).isNotEqualTo(Arrays.copyOf(alone, 2 * WIDTH));
        }
    }

    @Test
    void capacityPassesNoGradientThroughDroppedSlots() {
        try (Scope scope = Scope.open()) {
            var fixture = new MoeFixture();
            Gate gate = MoeFixture.gate(3);
            var layer =
                    new MoeLayer(
                            MoeFixture.router(2, false, gate),
                            fixture.experts,
                            Optional.empty(),
                            BalanceConfig.NONE,
                            new ExpertCapacity(0.5));
            Tensor x = MoeFixture.x(4, 20).requires_grad_(true);
            var tape = new ExplicitGradient();
            FeedForward.Output output = layer.forward(x, Pass.training(0, tape));
            tape.backward(output.y().sum());
            Routing routing = output.routings().get(0);
            double[][] gradX = Matrices.rows(x.grad());
            int dropped = 0;
            for (int t = 0; t < 20; t++) {
                if (routing.expertId(t, 0) == Routing.EMPTY
                        && routing.expertId(t, 1) == Routing.EMPTY) {
                    dropped++;
                    assertThat(gradX[t]).containsOnly(0);
                } else {
                    assertThat(Arrays.stream(gradX[t]).anyMatch(g -> g != 0)).isTrue();
                }
            }
            assertThat(dropped).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(Sharing.class)
    void layersThatCoupleTokensAreRefusedOutsideTraining(Sharing sharing) {
        try (Scope scope = Scope.open()) {
            var fixture = new MoeFixture();
            MoeLayer choice =
                    fixture.layer(new ExpertChoiceRouter(MoeFixture.gate(3), 2), sharing.expert());
            var limited =
                    new MoeLayer(
                            MoeFixture.router(1, false, MoeFixture.gate(3)),
                            fixture.experts,
                            sharing.expert(),
                            BalanceConfig.NONE,
                            new ExpertCapacity(1));
            Tensor x = MoeFixture.x(4, 3);
            assertThatThrownBy(() -> choice.forward(x, Pass.inference()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("its router")
                    .hasMessageContaining("not decode");
            assertThatThrownBy(() -> limited.forward(x, Pass.inference()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expert capacity");
            var output = choice.forward(x, RouterDriver.training(0));
            assertThat(output.y().size(0)).isEqualTo(3);
        }
    }

    /// What a layer hands out outlives the scopes it was computed in.
    @Test
    void outputsOutliveTheScopesOfTheLayer() {
        try (Scope outer = Scope.open()) {
            var fixture = new MoeFixture();
            var router = new NoisyTopKRouter(2, MoeFixture.gate(3), MoeFixture.gate(4));
            var balance = new BalanceConfig(1, 1, 0, 0, 1, 1, 1, false, 1, 1, 0, 0);
            var layer =
                    new MoeLayer(
                            router,
                            fixture.experts,
                            Sharing.GATED.expert(),
                            balance,
                            ExpertCapacity.DROPLESS);
            var tape = new ExplicitGradient();
            List<FeedForward.Output> outputs = new ArrayList<>();
            Tensor h = MoeFixture.x(4, 13).requires_grad_(true);
            try (Scope middle = Scope.open()) {
                for (int i = 0; i < 3; i++) {
                    try (Scope inner = Scope.open()) {
                        FeedForward.Output output = layer.forward(h, Pass.training(i, tape));
                        inner.keep(output.y());
                        output.losses().forEach(inner::keep);
                        output.routings().forEach(r -> r.keepIn(inner));
                        h = output.y();
                        outputs.add(output);
                    }
                }
                middle.keep(h);
                outputs.forEach(o -> o.losses().forEach(middle::keep));
                outputs.forEach(o -> o.routings().forEach(r -> r.keepIn(middle)));
            }
            Tensor loss = h.sum();
            for (FeedForward.Output output : outputs) {
                assertThat(output.losses()).hasSize(6);
                for (Tensor part : output.losses()) {
                    loss = loss.add(part);
                }
                Routing routing = output.routings().get(0);
                assertThat(Tensors.scalar(routing.losses().get(1).value())).isNotNegative();
                assertThat(Tensors.toFloats(routing.routerScores())).hasSize(13 * 5);
            }
            tape.backward(loss);
            assertThat(Tensors.toFloats(router.parameters().get(0).gradient()))
                    .doesNotContain(Float.NaN)
                    .isNotEqualTo(new float[5 * WIDTH]);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void theGradientOfTheInputHasItsType(Precision trunk) {
        try (Scope scope = Scope.open()) {
            MoeLayer layer =
                    new MoeFixture()
                            .layer(
                                    MoeFixture.router(2, true, MoeFixture.gate(3)),
                                    Optional.empty());
            Tensor x = MoeFixture.x(4, 13).to(trunk.scalarType()).requires_grad_(true);
            var tape = new ExplicitGradient();
            Tensor h = x.mul(x);
            tape.backward(layer.forward(h, Pass.training(0, tape)).y().sum());
            assertThat(x.grad().scalar_type().intern()).isEqualTo(trunk.scalarType());
            assertThat(Tensors.toFloats(x.grad())).doesNotContain(Float.NaN);
        }
    }

    @Test
    void statisticsAreThoseOfTheRouting() {
        try (Scope scope = Scope.open()) {
            var fixture = new MoeFixture();
            MoeLayer layer =
                    fixture.layer(MoeFixture.router(2, true, MoeFixture.gate(3)), Optional.empty());
            FeedForward.Output output = layer.forward(MoeFixture.x(4, 13), Pass.inference());
            RoutingStatistics statistics = output.statistics().get(0);
            assertThat(Arrays.stream(statistics.tokensPerExpert()).sum()).isEqualTo(26);
            assertThat(statistics.droppedTokens()).isZero();
            assertThat(statistics.overlap()).isEmpty();
            assertThat(layer.addsResidual()).isTrue();
        }
    }

    @Test
    void routerAndExpertsMustAgreeOnTheirNumber() {
        var fixture = new MoeFixture();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new MoeLayer(
                                new ExpertChoiceRouter(RouterDriver.gate(4), 1), fixture.experts))
                .withMessage("router decides among 4 experts, the layer has 5");
    }
}
