// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.witan.engine.Engine;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Matrices;
import dev.witan.moe.Pass;
import dev.witan.moe.RouterDriver;
import dev.witan.moe.Routing;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.Algebra;
import dev.witan.testkit.reference.ReferenceRouter;
import dev.witan.testkit.reference.ReferenceRouters;
import dev.witan.testkit.reference.ReferenceRouting;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;

class GShardRouterTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    @ParameterizedTest
    @CsvSource({"0,2", "1,2", "7,2", "13,7", "64,64"})
    void decidesAsThePaper(int tokens, int experts) {
        var router = new GShardRouter(RouterDriver.gate(experts));
        for (int seed = 0; seed < 8; seed++) {
            double[][] logits = Matrices.grid(seed, tokens, experts);
            try (Scope scope = Scope.open()) {
                Routing routing =
                        router.route(
                                RouterDriver.input(logits, experts), RouterDriver.training(seed));
                ReferenceRouting expected =
                        ReferenceRouters.gshardTop2(logits, draws(seed, tokens));
                RouterDriver.assertWeighs(routing, expected, 2e-6);
                for (int t = 0; t < tokens; t++) {
                    boolean dropped = expected.combineWeights()[t][1] == 0;
                    assertThat(routing.expertId(t, 0)).isEqualTo(expected.expertIds()[t][0]);
                    assertThat(routing.expertId(t, 1))
                            .isEqualTo(dropped ? Routing.EMPTY : expected.expertIds()[t][1]);
                }
            }
        }
    }

    @Test
    void keepsTheSecondExpertAsOftenAsTwiceItsWeight() {
        int tokens = 20_000;
        double[][] logits = new double[tokens][];
        Arrays.fill(logits, new double[] {2, 0});
        double second = Algebra.softmax(logits[0])[1];
        try (Scope scope = Scope.open()) {
            Routing routing =
                    new GShardRouter(RouterDriver.gate(2))
                            .route(RouterDriver.input(logits, 2), RouterDriver.training(3));
            long kept = 0;
            for (int t = 0; t < tokens; t++) {
                kept += routing.expertId(t, 1) == Routing.EMPTY ? 0 : 1;
            }
            double deviation = Math.sqrt(2 * second * (1 - 2 * second) / tokens);
            assertThat(kept / (double) tokens)
                    .isBetween(2 * second - 5 * deviation, 2 * second + 5 * deviation);
        }
    }

    @Test
    void gradientPassesOnlyKeptChoices() {
        double[][] logits = Matrices.grid(4, 13, 7);
        double[][] gradWeights = Seeded.normalFloats(5, 13, 2);
        try (Scope scope = Scope.open()) {
            Tensor x = RouterDriver.input(logits, 7).requires_grad_(true);
            Routing routing =
                    new GShardRouter(RouterDriver.gate(7)).route(x, RouterDriver.training(6));
            routing.combineWeights().mul(Matrices.tensor(gradWeights, 2)).sum().backward();
            ReferenceRouter reference = ReferenceRouter.gshardTop2(draws(6, 13));
            double[][] atLogits =
                    reference.logitsGradient(reference.route().of(logits), gradWeights);
            Matrices.assertClose(x.grad(), Algebra.map(atLogits, g -> 2 * g), 1e-5);
        }
    }

    @Test
    void outsideTrainingBothExpertsAnswer() {
        double[][] logits = Matrices.grid(4, 64, 7);
        try (Scope scope = Scope.open()) {
            Routing routing =
                    new GShardRouter(RouterDriver.gate(7))
                            .route(RouterDriver.input(logits, 7), Pass.inference());
            RouterDriver.assertEqual(routing, ReferenceRouters.mixtral(logits, 2), 2e-6);
        }
    }

    @Test
    void refusesOneExpert() {
        Gate gate = RouterDriver.gate(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GShardRouter(gate))
                .withMessageContaining("was 1");
    }

    private static double[] draws(long seed, int tokens) {
        return Tensors.toDoubles(Tensors.uniform(0, 1, seed, tokens));
    }
}
