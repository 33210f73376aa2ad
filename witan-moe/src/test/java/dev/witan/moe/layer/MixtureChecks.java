// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Experts;
import dev.witan.moe.Matrices;
import dev.witan.moe.Pass;
import dev.witan.moe.ReferenceExperts;
import dev.witan.moe.Router;
import dev.witan.moe.RouterDriver;
import dev.witan.moe.Routing;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.moe.router.ExpertBias;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.TopKRouter;
import dev.witan.moe.router.TopKRouterConfig;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.Algebra;
import dev.witan.testkit.reference.LossGradient;
import dev.witan.testkit.reference.ReferenceChain;
import dev.witan.testkit.reference.ReferenceLosses;
import dev.witan.testkit.reference.ReferenceMoe;
import dev.witan.testkit.reference.ReferenceRouter;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// What must hold for the injected parts of a mixture, whoever made them.
///
/// Each check fails with an [AssertionError]; the property tests run it on the real part, the
/// mutants on faulty ones.
final class MixtureChecks {
    static final int WIDTH = MoeFixture.WIDTH;

    private static final int TOKENS = 13;
    private static final int TOP_K = 2;
    private static final double TOLERANCE = 2e-5;

    private MixtureChecks() {}

    /// A router of [MoeFixture#EXPERTS] experts, top-2 and renormalised, over a gate.
    interface RouterOf extends Function<Gate, Router> {}

    /// Experts over some weights.
    interface ExpertsOf extends Function<ExpertParameters, Experts> {}

    /// The real router.
    static Router realRouter(Gate gate) {
        return MoeFixture.router(TOP_K, true, gate);
    }

    /// The real experts.
    static Experts realExperts(ExpertParameters parameters) {
        return new LocalExperts(parameters, Precision.FLOAT32);
    }

    /// Output and all gradients of a layer are those of the float64 layer.
    static void layerIsThePapers(RouterOf router, ExpertsOf experts) {
        try (Scope scope = Scope.open()) {
            var fixture = new MoeFixture();
            Gate gate = MoeFixture.gate(3);
            MoeLayer layer =
                    MoeFixture.layer(
                            router.apply(gate),
                            Optional.empty(),
                            experts.apply(fixture.parameters));
            double[][] gradY = Seeded.normalFloats(5, TOKENS, WIDTH);
            Tensor x = MoeFixture.x(4, TOKENS).requires_grad_(true);
            var tape = new ExplicitGradient();
            FeedForward.Output output = layer.forward(x, Pass.training(0, tape));
            tape.backward(MoeFixture.weighedSum(output.y(), gradY));
            var reference =
                    new ReferenceMoe(
                            MoeFixture.rows(gate),
                            ReferenceRouter.softmaxTopK(TOP_K, true, 1),
                            fixture.references(),
                            null);
            double[][] input = Matrices.rows(x);
            ReferenceMoe.Gradients gradients = reference.backward(input, gradY);
            Matrices.assertClose(output.y(), reference.forward(input).y(), TOLERANCE);
            Matrices.assertClose(x.grad(), gradients.x(), TOLERANCE);
            Matrices.assertClose(gate.weight().gradient(), gradients.gate(), TOLERANCE);
            for (int e = 0; e < MoeFixture.EXPERTS; e++) {
                List<Tensor> actual = ReferenceExperts.gradients(fixture.parameters, e);
                for (int m = 0; m < actual.size(); m++) {
                    Matrices.assertClose(
                            actual.get(m), gradients.experts().get(e).get(m), TOLERANCE);
                }
            }
        }
    }

    /// Ids, weights and scores of a router over [RouterDriver#gate] of 8 experts are those of the
    /// reference, with many ties among the logits.
    static void routerIsThePapers(RouterOf router, ReferenceRouter reference) {
        try (Scope scope = Scope.open()) {
            Router actual = router.apply(RouterDriver.gate(8));
            for (int seed = 0; seed < 10; seed++) {
                for (double[][] logits :
                        List.of(Matrices.grid(seed, TOKENS, 8), Seeded.ties(seed, TOKENS, 8))) {
                    RouterDriver.assertEqual(
                            actual.route(RouterDriver.input(logits, 8), Pass.inference()),
                            reference.route().of(logits),
                            TOLERANCE);
                }
            }
        }
    }

    /// Value and gradient of the expert-level loss are the paper's.
    static void lossIsThePapers(Function<Routing, Tensor> loss) {
        double[][] logits = Matrices.grid(3, TOKENS, 8);
        LossGradient expected = ReferenceLosses.expertLevel(logits, Algebra.topK(logits, TOP_K));
        try (Scope scope = Scope.open()) {
            Tensor x = RouterDriver.input(logits, 8).requires_grad_(true);
            Router router =
                    new TopKRouter(TopKRouterConfig.softmax(8, TOP_K), RouterDriver.gate(8));
            Tensor value = loss.apply(router.route(x, Pass.inference()));
            Matrices.assertClose(
                    new double[] {Tensors.scalar(value)}, new double[] {expected.loss()}, 1e-6);
            value.backward();
            Matrices.assertClose(x.grad(), Algebra.map(expected.gradient(), g -> 2 * g), 1e-6);
        }
    }

    /// A chain of two iterations with its own gates and the shared expert in the first only, made
    /// from the mixtures of its iterations, is the float64 chain.
    static void chainIsThePapers(Function<List<MoeLayer>, ChainLayer> chain) {
        try (Scope scope = Scope.open()) {
            var fixture = new MoeFixture();
            SharedExpert shared = SharedExpert.normal("shared", WIDTH, 3, 0.5, 31);
            List<Gate> gates = List.of(MoeFixture.gate(3), MoeFixture.gate(4));
            List<MoeLayer> mixtures = new ArrayList<>();
            gates.forEach(
                    gate -> mixtures.add(fixture.layer(realRouter(gate), Optional.of(shared))));
            Tensor x = MoeFixture.x(4, TOKENS);
            FeedForward.Output output = chain.apply(mixtures).forward(x, Pass.inference());
            var reference =
                    new ReferenceChain(
                            gates.stream().map(MoeFixture::rows).toList(),
                            ReferenceRouter.softmaxTopK(TOP_K, true, 1),
                            fixture.references(),
                            MoeFixture.reference(shared),
                            new ReferenceChain.Options(
                                    2, true, true, ReferenceChain.Block.STANDARD));
            double[][] input = Matrices.rows(x);
            Matrices.assertClose(
                    output.y(), Algebra.subtract(reference.forward(input).y(), input), TOLERANCE);
        }
    }

    /// A limit of two tokens per expert serves first choices before second ones.
    static void firstChoicesComeFirst(UnaryOperator<Routing> limit) {
        try (Scope scope = Scope.open()) {
            double[][] logits = {{1, 2}, {2, 1}, {2, 1}};
            var router = new TopKRouter(TopKRouterConfig.softmax(2, 2), RouterDriver.gate(2));
            Routing routing = router.route(RouterDriver.input(logits, 2), Pass.inference());
            assertThat(limit.apply(routing).expertIds()).containsExactly(1, -1, 0, 1, 0, -1);
        }
    }

    /// A token that is not a number changes no bit of another token's output or gradient.
    static void nanStaysInItsRow(RouterOf router, ExpertsOf experts) {
        int broken = 4;
        float[] clean = Tensors.toFloats(MoeFixture.x(4, TOKENS));
        float[] dirty = clean.clone();
        Arrays.fill(dirty, broken * WIDTH, (broken + 1) * WIDTH, Float.NaN);
        float[][] expected = outputAndInputGradient(router, experts, clean);
        float[][] actual = outputAndInputGradient(router, experts, dirty);
        for (int i = 0; i < clean.length; i++) {
            if (i / WIDTH != broken) {
                assertThat(actual[0][i]).isEqualTo(expected[0][i]);
                assertThat(actual[1][i]).isEqualTo(expected[1][i]);
            }
        }
    }

    private static float[][] outputAndInputGradient(
            RouterOf router, ExpertsOf experts, float[] values) {
        try (Scope scope = Scope.open()) {
            MoeLayer layer =
                    MoeFixture.layer(
                            router.apply(MoeFixture.gate(3)),
                            Optional.empty(),
                            experts.apply(new MoeFixture().parameters));
            Tensor x = Tensors.of(values, TOKENS, WIDTH).requires_grad_(true);
            var tape = new ExplicitGradient();
            FeedForward.Output output = layer.forward(x, Pass.training(0, tape));
            tape.backward(output.y().sum());
            return new float[][] {Tensors.toFloats(output.y()), Tensors.toFloats(x.grad())};
        }
    }

    /// The gradients of two backward passes add up in the experts' parameters.
    static void gradientsAddUp(ExpertsOf experts) {
        try (Scope scope = Scope.open();
                var noGradient = new NoGradGuard()) {
            var parameters = new MoeFixture().parameters;
            Experts all = experts.apply(parameters);
            int[] ids = Seeded.integers(1, TOKENS, MoeFixture.EXPERTS);
            DispatchPlan plan = DispatchPlan.of(ids, TOKENS, 1, MoeFixture.EXPERTS);
            for (int pass = 0; pass < 2; pass++) {
                Experts.Call call = all.apply(plan, MoeFixture.x(4, TOKENS), true);
                call.backward(MoeFixture.x(5, TOKENS));
            }
            float[] twice = Tensors.toFloats(parameters.parameter().gradient());
            parameters.parameter().zeroGradient();
            all.apply(plan, MoeFixture.x(4, TOKENS), true).backward(MoeFixture.x(5, TOKENS));
            float[] once = Tensors.toFloats(parameters.parameter().gradient());
            for (int i = 0; i < once.length; i++) {
                assertThat(Math.abs(twice[i] - 2 * once[i])).isLessThan(1e-4f);
            }
        }
    }

    /// Two training passes of one seed give the same bits, another seed others; without training
    /// there is nothing random.
    static void randomnessFollowsTheSeed(RouterOf router) {
        try (Scope scope = Scope.open()) {
            Router random = router.apply(MoeFixture.gate(3));
            Tensor x = MoeFixture.x(4, TOKENS);
            float[] first = weights(random, x, RouterDriver.training(1));
            assertThat(weights(random, x, RouterDriver.training(1))).isEqualTo(first);
            assertThat(weights(random, x, RouterDriver.training(2))).isNotEqualTo(first);
            Pass other = new Pass(false, 9, 1, new int[0], new ExplicitGradient());
            assertThat(weights(random, x, Pass.inference())).isEqualTo(weights(random, x, other));
        }
    }

    private static float[] weights(Router router, Tensor x, Pass pass) {
        return Tensors.toFloats(router.route(x, pass).combineWeights());
    }

    /// A layer whose router looks at other tokens does not decode.
    static void couplingIsRefused(RouterOf router) {
        try (Scope scope = Scope.open()) {
            MoeLayer layer =
                    new MoeFixture().layer(router.apply(MoeFixture.gate(3)), Optional.empty());
            Tensor x = MoeFixture.x(4, TOKENS);
            assertThatThrownBy(() -> layer.forward(x, Pass.inference()))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    /// A bias update moves towards experts with less than the mean load.
    static void biasMovesTowardsBalance(BiConsumer<ExpertBias, int[]> update) {
        ExpertBias bias = ExpertBias.zero(4);
        double[] expected = new double[4];
        for (int step = 0; step < 5; step++) {
            int[] load = Seeded.integers(step, 4, 3);
            update.accept(bias, load);
            long[] counts = Arrays.stream(load).asLongStream().toArray();
            expected = ReferenceLosses.updatedBias(expected, counts, 0.5);
        }
        float[] values = bias.values();
        double[] actual = new double[4];
        Arrays.setAll(actual, e -> values[e]);
        Matrices.assertClose(actual, expected, 1e-6);
    }
}
