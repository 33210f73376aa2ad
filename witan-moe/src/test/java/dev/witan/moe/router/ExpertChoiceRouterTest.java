// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.witan.engine.Engine;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Matrices;
import dev.witan.moe.RouterDriver;
import dev.witan.moe.Routing;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.Algebra;
import dev.witan.testkit.reference.ReferenceExpertChoice;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpertChoiceRouterTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    @ParameterizedTest
    @CsvSource({"0,3,1", "1,1,1", "1,7,2", "7,2,2", "13,7,1", "13,7,2.5", "64,8,2", "64,8,8"})
    void expertsTakeTheirBestTokens(int tokens, int experts, double capacityFactor) {
        var router = new ExpertChoiceRouter(RouterDriver.gate(experts), capacityFactor);
        assertThat(router.couplesTokens()).isTrue();
        for (int seed = 0; seed < 8; seed++) {
            double[][] logits = Matrices.grid(seed, tokens, experts);
            try (Scope scope = Scope.open()) {
                Routing routing =
                        router.route(RouterDriver.input(logits, experts), RouterDriver.training(0));
                var expected = ReferenceExpertChoice.route(logits, router.expertCapacity(tokens));
                assertEqual(routing, expected);
                if (tokens > 0) {
                    assertThat(DispatchPlan.of(routing).tokensPerExpert())
                            .containsOnly(router.expertCapacity(tokens));
                }
            }
        }
    }

    @Test
    void tiesGoToTheEarlierToken() {
        try (Scope scope = Scope.open()) {
            var router = new ExpertChoiceRouter(RouterDriver.gate(2), 1);
            Routing routing =
                    router.route(RouterDriver.input(new double[5][2], 2), RouterDriver.training(0));
            assertThat(routing.expertIds()).containsExactly(0, 1, 0, 1, 0, 1, -1, -1, -1, -1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 17})
    void gradientFlowsThroughTheTakenScores(int tokens) {
        int experts = 5;
        double[][] logits = Matrices.grid(7, tokens, experts);
        double[][] gradient = Seeded.normalFloats(8, tokens, experts);
        try (Scope scope = Scope.open()) {
            Tensor x = RouterDriver.input(logits, experts).requires_grad_(true);
            var router = new ExpertChoiceRouter(RouterDriver.gate(experts), 2);
            Routing routing = router.route(x, RouterDriver.training(0));
            double[][] perSlot = new double[tokens][routing.topK()];
            for (int t = 0; t < tokens; t++) {
                for (int k = 0; k < routing.topK(); k++) {
                    int id = routing.expertId(t, k);
                    perSlot[t][k] = id == Routing.EMPTY ? 1000 : gradient[t][id];
                }
            }
            routing.combineWeights().mul(Matrices.tensor(perSlot, routing.topK())).sum().backward();
            var expected = ReferenceExpertChoice.route(logits, router.expertCapacity(tokens));
            double[][] dense = expected.denseWeights();
            double[][] atLogits = new double[tokens][];
            for (int t = 0; t < tokens; t++) {
                double[] taken = gradient[t].clone();
                for (int e = 0; e < experts; e++) {
                    taken[e] = dense[t][e] == 0 ? 0 : taken[e];
                }
                atLogits[t] = Algebra.softmaxGradient(expected.scores()[t], taken);
            }
            Matrices.assertClose(x.grad(), Algebra.map(atLogits, g -> 2 * g), 1e-5);
        }
    }

    @Test
    void refusesCapacitiesThatNoExpertCanHave() {
        Gate gate = RouterDriver.gate(4);
        for (double factor : new double[] {0, -1, 4.5, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ExpertChoiceRouter(gate, factor))
                    .withMessageStartingWith("capacityFactor must be in (0, 4]");
        }
    }

    private static void assertEqual(Routing routing, ReferenceExpertChoice expected) {
        double[][] dense = Algebra.zerosLike(expected.scores());
        float[] weights = Tensors.toFloats(routing.combineWeights());
        for (int t = 0; t < routing.tokens(); t++) {
            for (int k = 0; k < routing.topK(); k++) {
                float weight = weights[t * routing.topK() + k];
                int id = routing.expertId(t, k);
                if (id == Routing.EMPTY) {
                    assertThat(weight).isZero();
                } else {
                    dense[t][id] = weight;
                }
                boolean emptyBefore = k > 0 && routing.expertId(t, k - 1) == Routing.EMPTY;
                assertThat(emptyBefore && id != Routing.EMPTY).isFalse();
            }
        }
        Matrices.assertClose(Matrices.flat(dense), Matrices.flat(expected.denseWeights()), 2e-6);
        Matrices.assertClose(routing.routerScores(), expected.scores(), 2e-6);
    }
}
