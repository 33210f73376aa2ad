// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.engine.Engine;
import dev.witan.engine.Parameter;
import dev.witan.engine.Tensors;
import dev.witan.moe.ExpertCapacity;
import dev.witan.moe.Experts;
import dev.witan.moe.Matrices;
import dev.witan.moe.Router;
import dev.witan.moe.RouterDriver;
import dev.witan.moe.Routing;
import dev.witan.moe.balance.BalanceLosses;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.router.ExpertBias;
import dev.witan.moe.router.ExpertChoiceRouter;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.NoisyTopKRouter;
import dev.witan.moe.router.TopKRouter;
import dev.witan.moe.router.TopKRouterConfig;
import dev.witan.testkit.reference.ReferenceRouter;
import dev.witan.testkit.reference.ReferenceRouters.Groups;
import dev.witan.testkit.reference.ReferenceRouters.Weighing;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Faulty variants of the injected parts of a mixture: the check that passes on the real part must
/// fail on each.
@Tag("mutants")
class RoutingMutantsTest {
    private static final float[] BIAS = {0.5f, -0.5f, 0.25f, 0, 1, -1, 0.125f, -0.25f};

    private static final ChainConfig REAL_CHAIN =
            new ChainConfig(
                    2, true, true, false, ChainConfig.Shared.ONCE, ChainConfig.Block.STANDARD);

    private static final TopKRouterConfig BIASED =
            TopKRouterConfig.sigmoidWithBias(8, 3, 1, 1, 2.5);

    private static final ReferenceRouter BIASED_REFERENCE =
            ReferenceRouter.sigmoidBiased(
                    3, Matrices.doubles(BIAS), Groups.NONE, new Weighing(true, 2.5));

    @BeforeAll
    static void start() {
        Engine.start();
    }

    /// A fault, the check on the faulty part, and the same check on the real one.
    record Variant(String name, ThrowingCallable faulty, ThrowingCallable real) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"weights", "selection", "experts", "chains", "balance", "coupling"})
    void isKilled(Variant variant) {
        assertThatCode(variant.real).doesNotThrowAnyException();
        assertThatThrownBy(variant.faulty).isInstanceOf(AssertionError.class);
        System.out.println("killed: " + variant);
    }

    static Stream<Variant> weights() {
        return Stream.of(
                layer("combine weights ignored", r -> weights(r, torch.ones_like(weights(r)))),
                layer("combine weights applied twice", r -> weights(r, weights(r).square())),
                layer("combine weights detached", r -> weights(r, weights(r).detach())),
                layer("combine weights of the slots swapped", r -> weights(r, weights(r).flip(1))),
                router(
                        "renormalisation skipped",
                        TopKRouterConfig.mixtral(8, 3),
                        TopKRouterConfig.softmax(8, 3),
                        ReferenceRouter.softmaxTopK(3, true, 1)),
                router(
                        "scaling factor lost",
                        TopKRouterConfig.groupLimited(8, 3, 4, 2, 16),
                        TopKRouterConfig.groupLimited(8, 3, 4, 2, 1),
                        ReferenceRouter.groupLimited(3, new Groups(4, 2), false, 16)),
                new Variant(
                        "selection bias in the combine weight",
                        () ->
                                MixtureChecks.routerIsThePapers(
                                        gate ->
                                                new ChangedRouter(
                                                        biased(gate),
                                                        RoutingMutantsTest::weighBiased),
                                        BIASED_REFERENCE),
                        () ->
                                MixtureChecks.routerIsThePapers(
                                        RoutingMutantsTest::biased, BIASED_REFERENCE)));
    }

    static Stream<Variant> selection() {
        return Stream.of(
                new Variant(
                        "ties to the higher id",
                        () ->
                                MixtureChecks.routerIsThePapers(
                                        RoutingMutantsTest::mirrored,
                                        ReferenceRouter.softmaxTopK(2, true, 1)),
                        () ->
                                MixtureChecks.routerIsThePapers(
                                        gate ->
                                                new TopKRouter(
                                                        TopKRouterConfig.mixtral(8, 2), gate),
                                        ReferenceRouter.softmaxTopK(2, true, 1))),
                layer("expert ids off by one", r -> r.withExpertIds(shifted(r))),
                router(
                        "group limit ignored",
                        TopKRouterConfig.groupLimited(8, 3, 4, 2, 1),
                        TopKRouterConfig.softmax(8, 3),
                        ReferenceRouter.groupLimited(3, new Groups(4, 2), false, 1)),
                new Variant(
                        "selection bias ignored",
                        () ->
                                MixtureChecks.routerIsThePapers(
                                        gate -> new TopKRouter(BIASED, gate), BIASED_REFERENCE),
                        () ->
                                MixtureChecks.routerIsThePapers(
                                        RoutingMutantsTest::biased, BIASED_REFERENCE)));
    }

    static Stream<Variant> experts() {
        UnaryOperator<Tensor> same = UnaryOperator.identity();
        return Stream.of(
                experts("gate and up projection swapped", RoutingMutantsTest::swapped),
                experts(
                        "experts pass no gradient to their input",
                        p ->
                                new ChangedExperts(
                                        MixtureChecks.realExperts(p),
                                        same,
                                        same,
                                        g -> g.mul(new Scalar(0.0)))),
                experts(
                        "experts learn twice as fast",
                        p ->
                                new ChangedExperts(
                                        MixtureChecks.realExperts(p),
                                        same,
                                        g -> g.mul(new Scalar(2.0)),
                                        g -> g.mul(new Scalar(0.5)))),
                new Variant(
                        "expert gradients overwritten",
                        () ->
                                MixtureChecks.gradientsAddUp(p ->
                                        new ChangedExperts(
                                                MixtureChecks.realExperts(p),
                                                same,
                                                g -> {
                                                    p.parameter().zeroGradient();
                                                    return g;
                                                },
                                                same)),
                        () -> MixtureChecks.gradientsAddUp(MixtureChecks::realExperts)),
                new Variant(
                        "NaN leaks to other tokens",
                        () ->
                                MixtureChecks.nanStaysInItsRow(
                                        MixtureChecks::realRouter,
                                        p ->
                                                new ChangedExperts(
                                                        MixtureChecks.realExperts(p),
                                                        r -> r.add(r.sum().mul(new Scalar(0.0))),
                                                        same,
                                                        same)),
                        () ->
                                MixtureChecks.nanStaysInItsRow(
                                        MixtureChecks::realRouter, MixtureChecks::realExperts)));
    }

    static Stream<Variant> chains() {
        return Stream.of(
                chain("last iteration skipped", 1, ChainConfig.Shared.ONCE, true),
                chain("shared expert twice", 2, ChainConfig.Shared.PER_ITERATION, true),
                chain("inner residual forgotten", 2, ChainConfig.Shared.ONCE, false),
                new Variant(
                        "one gate for both iterations",
                        () ->
                                MixtureChecks.chainIsThePapers(m ->
                                        new ChainLayer(REAL_CHAIN, List.of(m.get(0), m.get(0)))),
                        () -> MixtureChecks.chainIsThePapers(m -> new ChainLayer(REAL_CHAIN, m))));
    }

    static Stream<Variant> balance() {
        return Stream.of(
                new Variant(
                        "auxiliary loss without gradient",
                        () ->
                                MixtureChecks.lossIsThePapers(r ->
                                        BalanceLosses.expertLevel(r)
                                                .detach()
                                                .add(r.routerScores().sum().mul(new Scalar(0.0)))),
                        () -> MixtureChecks.lossIsThePapers(BalanceLosses::expertLevel)),
                new Variant(
                        "auxiliary loss of first choices only",
                        () -> MixtureChecks.lossIsThePapers(BalanceLosses::firstChoice),
                        () -> MixtureChecks.lossIsThePapers(BalanceLosses::expertLevel)),
                new Variant(
                        "bias moves away from balance",
                        () ->
                                MixtureChecks.biasMovesTowardsBalance(
                                        (bias, load) -> bias.update(load, -0.5)),
                        () ->
                                MixtureChecks.biasMovesTowardsBalance(
                                        (bias, load) -> bias.update(load, 0.5))),
                new Variant(
                        "capacity served by token only",
                        () ->
                                MixtureChecks.firstChoicesComeFirst(
                                        RoutingMutantsTest::limitedByToken),
                        () -> MixtureChecks.firstChoicesComeFirst(new ExpertCapacity(0.6)::limit)));
    }

    static Stream<Variant> coupling() {
        return Stream.of(
                new Variant(
                        "noise without a seed",
                        () ->
                                MixtureChecks.randomnessFollowsTheSeed(gate -> {
                                    var calls = new AtomicInteger();
                                    return new ReseededRouter(
                                            noisy(gate), p -> p.forPart(calls.getAndIncrement()));
                                }),
                        () -> MixtureChecks.randomnessFollowsTheSeed(RoutingMutantsTest::noisy)),
                new Variant(
                        "noise outside training",
                        () ->
                                MixtureChecks.randomnessFollowsTheSeed(gate ->
                                        new ReseededRouter(
                                                noisy(gate), p -> RouterDriver.training(p.seed()))),
                        () -> MixtureChecks.randomnessFollowsTheSeed(RoutingMutantsTest::noisy)),
                new Variant(
                        "expert choice decodes",
                        () ->
                                MixtureChecks.couplingIsRefused(gate ->
                                        new ChangedRouter(
                                                new ExpertChoiceRouter(gate, 2),
                                                UnaryOperator.identity())),
                        () ->
                                MixtureChecks.couplingIsRefused(
                                        gate -> new ExpertChoiceRouter(gate, 2))));
    }

    private static Variant layer(String name, UnaryOperator<Routing> fault) {
        return new Variant(
                name,
                () ->
                        MixtureChecks.layerIsThePapers(
                                gate -> new ChangedRouter(MixtureChecks.realRouter(gate), fault),
                                MixtureChecks::realExperts),
                () ->
                        MixtureChecks.layerIsThePapers(
                                MixtureChecks::realRouter, MixtureChecks::realExperts));
    }

    private static Variant experts(String name, MixtureChecks.ExpertsOf faulty) {
        return new Variant(
                name,
                () -> MixtureChecks.layerIsThePapers(MixtureChecks::realRouter, faulty),
                () ->
                        MixtureChecks.layerIsThePapers(
                                MixtureChecks::realRouter, MixtureChecks::realExperts));
    }

    private static Variant router(
            String name, TopKRouterConfig real, TopKRouterConfig faulty, ReferenceRouter expected) {
        return new Variant(
                name,
                () ->
                        MixtureChecks.routerIsThePapers(
                                gate -> new TopKRouter(faulty, gate), expected),
                () ->
                        MixtureChecks.routerIsThePapers(
                                gate -> new TopKRouter(real, gate), expected));
    }

    private static Variant chain(
            String name, int iterations, ChainConfig.Shared shared, boolean innerResidual) {
        ChainConfig.Block block =
                innerResidual ? ChainConfig.Block.STANDARD : ChainConfig.Block.AS_CODED;
        var faulty = new ChainConfig(iterations, true, innerResidual, false, shared, block);
        return new Variant(
                name,
                () ->
                        MixtureChecks.chainIsThePapers(
                                m -> new ChainLayer(faulty, m.subList(0, iterations))),
                () -> MixtureChecks.chainIsThePapers(m -> new ChainLayer(REAL_CHAIN, m)));
    }

    private static Tensor weights(Routing routing) {
        return routing.combineWeights();
    }

    private static Routing weights(Routing routing, Tensor weights) {
        return routing.withCombineWeights(weights);
    }

    private static int[] shifted(Routing routing) {
        return Arrays.stream(routing.expertIds()).map(id -> (id + 1) % routing.experts()).toArray();
    }

    private static Router biased(Gate gate) {
        return new TopKRouter(BIASED, gate, ExpertBias.of(BIAS));
    }

    private static Routing weighBiased(Routing r) {
        Tensor biased = r.routerScores().add(Tensors.of(BIAS, 1, BIAS.length));
        Tensor chosen = biased.gather(1, Tensors.of(r.expertIds(), r.tokens(), r.topK()));
        Tensor sum = chosen.sum(new long[] {1}, true, new ScalarTypeOptional());
        return weights(r, chosen.div(sum).mul(new Scalar(2.5)));
    }

    private static Router noisy(Gate gate) {
        return new NoisyTopKRouter(2, gate, MoeFixture.gate(8));
    }

    /// Chooses among the experts in reverse and turns the ids back: ties go to the higher id.
    private static Router mirrored(Gate gate) {
        var reverse = Parameter.leaf("reverse", gate.weight().value().detach().flip(0).clone());
        var router = new TopKRouter(TopKRouterConfig.mixtral(8, 2), new Gate(reverse));
        return new ChangedRouter(
                router,
                r ->
                        new Routing(
                                r.tokens(),
                                r.topK(),
                                r.experts(),
                                Arrays.stream(r.expertIds()).map(id -> 7 - id).toArray(),
                                r.combineWeights(),
                                r.routerScores().flip(1),
                                r.routerLogits().flip(1),
                                r.losses()));
    }

    private static Experts swapped(ExpertParameters parameters) {
        var copy =
                new ExpertParameters(
                        "copy", parameters.kernel(), parameters.parameter().value().clone());
        for (int e = 0; e < parameters.experts(); e++) {
            var matrices = List.copyOf(parameters.matrices(e).values());
            copy.replace(e, "gate_proj.weight", matrices.get(1));
            copy.replace(e, "up_proj.weight", matrices.get(0));
        }
        return MixtureChecks.realExperts(copy);
    }

    private static Routing limitedByToken(Routing routing) {
        int[] ids = routing.expertIds().clone();
        int[] taken = new int[routing.experts()];
        for (int slot = 0; slot < ids.length; slot++) {
            if (taken[ids[slot]]++ >= 2) {
                ids[slot] = Routing.EMPTY;
            }
        }
        return routing.withExpertIds(ids);
    }
}
