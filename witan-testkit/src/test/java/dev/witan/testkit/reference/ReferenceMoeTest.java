// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.testkit.FiniteDifferences;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.ReferenceMoe.Shared;
import dev.witan.testkit.reference.ReferenceRouters.Groups;
import dev.witan.testkit.reference.ReferenceRouters.Weighing;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

class ReferenceMoeTest {
    private static final int TOKENS = 4;
    private static final int WIDTH = 3;
    private static final int EXPERTS = 6;
    private static final double[][] X = Seeded.normal(1, TOKENS, WIDTH);
    private static final double[][] GATE = Seeded.normal(2, EXPERTS, WIDTH);
    private static final double[][] DIRECTION = Seeded.normal(3, TOKENS, WIDTH);
    private static final double[] BIAS = {0.3, -0.1, 0, 0.2, -0.4, 0.1};

    static Stream<Arguments> routers() {
        return Stream.of(
                Arguments.of("dense", ReferenceRouter.dense()),
                Arguments.of("switch", ReferenceRouter.softmaxTopK(1, false, 1)),
                Arguments.of("mixtral", ReferenceRouter.softmaxTopK(2, true, 1)),
                Arguments.of("deepseek scaled", ReferenceRouter.softmaxTopK(3, false, 2.5)),
                Arguments.of("gpt-oss", ReferenceRouter.softmaxAfterTopK(2)),
                Arguments.of("gshard", ReferenceRouter.gshardTop2(new double[] {0, 1, 0.2, 0.9})),
                Arguments.of("v2", ReferenceRouter.groupLimited(2, new Groups(3, 2), false, 16)),
                Arguments.of(
                        "v2 normalised",
                        ReferenceRouter.groupLimited(2, new Groups(3, 2), true, 16)),
                Arguments.of(
                        "v3",
                        ReferenceRouter.sigmoidBiased(
                                2, BIAS, new Groups(3, 2), new Weighing(true, 2.5))),
                Arguments.of(
                        "v3 raw",
                        ReferenceRouter.sigmoidBiased(
                                2, BIAS, Groups.NONE, new Weighing(false, 1))),
                Arguments.of(
                        "hash",
                        ReferenceRouter.weightedHash(
                                new int[] {0, 1, 1, 0}, new int[][] {{5, 0}, {2, 3}}, 1.5)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("routers")
    void gradientsAgreeWithFiniteDifferences(String name, ReferenceRouter router) {
        for (Shared shared : shareds()) {
            ReferenceMoe moe = new ReferenceMoe(GATE, router, experts(), shared);
            var analytic = moe.backward(X, DIRECTION);
            assertClose(name + " x", numeric(x -> moe.forward(x).y(), X), analytic.x());
            assertClose(
                    name + " gate",
                    numeric(
                            g -> new ReferenceMoe(g, router, experts(), shared).forward(X).y(),
                            GATE),
                    analytic.gate());
        }
    }

    @Test
    void expertGradientsAgreeWithFiniteDifferences() {
        ReferenceRouter router = ReferenceRouter.softmaxTopK(2, true, 1);
        ReferenceMoe moe = new ReferenceMoe(GATE, router, experts(), null);
        var analytic = moe.backward(X, DIRECTION);
        for (int e = 0; e < EXPERTS; e++) {
            for (int w = 0; w < 3; w++) {
                int expert = e;
                int index = w;
                double[][] numeric =
                        numeric(
                                m ->
                                        new ReferenceMoe(
                                                        GATE,
                                                        router,
                                                        changed(expert, index, m),
                                                        null)
                                                .forward(X)
                                                .y(),
                                experts().get(e).weights().get(w));
                assertClose("expert " + e, numeric, analytic.experts().get(e).get(w));
            }
        }
    }

    @Test
    void sharedExpertGradientsAgreeWithFiniteDifferences() {
        ReferenceRouter router = ReferenceRouter.softmaxTopK(2, false, 1);
        ReferenceExpert expert = swiGlu(90);
        double[][] gate = Seeded.normal(91, 1, WIDTH);
        var analytic =
                new ReferenceMoe(GATE, router, experts(), new Shared(expert, gate))
                        .backward(X, DIRECTION);
        double[][] ofGate =
                numeric(
                        g ->
                                new ReferenceMoe(GATE, router, experts(), new Shared(expert, g))
                                        .forward(X)
                                        .y(),
                        gate);
        assertClose("shared gate", ofGate, Objects.requireNonNull(analytic.sharedGate()));
        double[][] ofDown =
                numeric(
                        m -> {
                            var weights =
                                    List.of(expert.weights().get(0), expert.weights().get(1), m);
                            Shared shared = new Shared(expert.withWeights(weights), gate);
                            return new ReferenceMoe(GATE, router, experts(), shared).forward(X).y();
                        },
                        expert.weights().get(2));
        assertClose("shared down", ofDown, analytic.shared().get(2));
    }

    @Test
    void oneExpertOfManyIsThatExpert() {
        // top-1 renormalised: weight 1 exactly
        ReferenceMoe moe =
                new ReferenceMoe(GATE, ReferenceRouter.softmaxTopK(1, true, 1), experts(), null);
        var out = moe.forward(X);
        for (int t = 0; t < TOKENS; t++) {
            int e = out.routing().expertIds()[t][0];
            assertThat(out.y()[t])
                    .containsExactly(experts().get(e).forward(new double[][] {X[t]})[0]);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("routers")
    void ruleGivesTheRoutersWeights(String name, ReferenceRouter router) {
        ReferenceRouting routing = router.route().of(Algebra.linear(X, GATE));
        double[][] byRule = router.rule().weights(routing.logits(), routing.expertIds());
        for (int t = 0; t < TOKENS; t++) {
            for (int k = 0; k < byRule[t].length; k++) {
                // GShard's dropped choices are the router's own
                byRule[t][k] = routing.combineWeights()[t][k] == 0 ? 0 : byRule[t][k];
            }
        }
        assertThat(FiniteDifferences.relativeError(routing.combineWeights(), byRule))
                .as(name)
                .isLessThan(1e-14);
    }

    @Test
    void noTokensGiveNoOutput() {
        ReferenceMoe moe =
                new ReferenceMoe(GATE, ReferenceRouter.softmaxTopK(2, true, 1), experts(), null);
        assertThat(moe.forward(new double[0][]).y()).isEmpty();
    }

    @Test
    void refusesAGateOfAnotherSize() {
        ReferenceRouter router = ReferenceRouter.dense();
        assertThatThrownBy(() -> new ReferenceMoe(new double[2][WIDTH], router, experts(), null))
                .hasMessage("gate must have 6 rows, had 2");
    }

    static List<ReferenceExpert> experts() {
        List<ReferenceExpert> experts = new ArrayList<>();
        for (int e = 0; e < EXPERTS; e++) {
            experts.add(swiGlu(100 + 10L * e));
        }
        return experts;
    }

    static ReferenceSwiGlu swiGlu(long seed) {
        return new ReferenceSwiGlu(
                Seeded.normal(seed, 4, WIDTH),
                Seeded.normal(seed + 1, 4, WIDTH),
                Seeded.normal(seed + 2, WIDTH, 4));
    }

    private static List<Shared> shareds() {
        return List.of(
                new Shared(swiGlu(90), null), new Shared(swiGlu(90), Seeded.normal(91, 1, WIDTH)));
    }

    private static List<ReferenceExpert> changed(int expert, int index, double[][] weight) {
        List<ReferenceExpert> experts = experts();
        List<double[][]> weights = new ArrayList<>(experts.get(expert).weights());
        weights.set(index, weight);
        experts.set(expert, experts.get(expert).withWeights(weights));
        return experts;
    }

    private interface Output {
        double[][] of(double[][] point);
    }

    private static double[][] numeric(Output output, double[][] point) {
        return FiniteDifferences.gradient(
                (double[][] p) -> Algebra.inner(output.of(p), DIRECTION), point);
    }

    private static void assertClose(String what, double[][] numeric, double[][] analytic) {
        assertThat(FiniteDifferences.relativeError(numeric, analytic)).as(what).isLessThan(1e-7);
    }
}
