// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.Engine;
import dev.witan.engine.Scope;
import dev.witan.moe.Matrices;
import dev.witan.moe.Pass;
import dev.witan.moe.RouterDriver;
import dev.witan.moe.Routing;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.ReferenceRouters;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenseSoftmaxRouterTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64})
    void everyExpertAnswersWithItsProbability(int experts) {
        var router = new DenseSoftmaxRouter(RouterDriver.gate(experts));
        assertThat(router.topK()).isEqualTo(experts);
        for (int tokens : new int[] {0, 1, 13}) {
            for (double[][] logits :
                    new double[][][] {
                        Matrices.grid(tokens, tokens, experts), Seeded.ties(tokens, tokens, experts)
                    }) {
                try (Scope scope = Scope.open()) {
                    Routing routing =
                            router.route(RouterDriver.input(logits, experts), Pass.inference());
                    RouterDriver.assertEqual(routing, ReferenceRouters.dense(logits), 2e-6);
                }
            }
        }
    }
}
