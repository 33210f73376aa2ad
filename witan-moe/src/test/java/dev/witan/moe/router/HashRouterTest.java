// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.witan.engine.Engine;
import dev.witan.engine.Scope;
import dev.witan.moe.Matrices;
import dev.witan.moe.Pass;
import dev.witan.moe.RouterDriver;
import dev.witan.moe.Routing;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.Algebra;
import dev.witan.testkit.reference.ReferenceRouter;
import dev.witan.testkit.reference.ReferenceRouters;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.stream.IntStream;

class HashRouterTest {
    private static final int EXPERTS = 6;
    private static final int[][] TABLE = {{0, 5}, {5, 0}, {3, 4}, {1, 2}, {2, 5}};

    @BeforeAll
    static void start() {
        Engine.start();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 13, 64})
    void expertsAreThoseOfTheTable(int tokens) {
        int[] ids = Seeded.integers(tokens, tokens, TABLE.length);
        double[][] logits = Matrices.grid(tokens, tokens, EXPERTS);
        var table = HashTable.of(EXPERTS, TABLE);
        try (Scope scope = Scope.open()) {
            Tensor x = RouterDriver.input(logits, EXPERTS);
            Pass pass = RouterDriver.withTokenIds(ids);
            RouterDriver.assertEqual(
                    HashRouter.uniform(table).route(x, pass),
                    ReferenceRouters.hash(ids, TABLE, EXPERTS),
                    2e-6);
            RouterDriver.assertEqual(
                    HashRouter.weighted(table, RouterDriver.gate(EXPERTS), 1.5).route(x, pass),
                    ReferenceRouters.weightedHash(logits, ids, TABLE, 1.5),
                    2e-6);
        }
    }

    @Test
    void learnedWeightsPassTheirGradient() {
        int[] ids = Seeded.integers(1, 13, TABLE.length);
        double[][] logits = Matrices.grid(2, 13, EXPERTS);
        double[][] gradWeights = Seeded.normalFloats(3, 13, 2);
        try (Scope scope = Scope.open()) {
            Tensor x = RouterDriver.input(logits, EXPERTS).requires_grad_(true);
            var router =
                    HashRouter.weighted(
                            HashTable.of(EXPERTS, TABLE), RouterDriver.gate(EXPERTS), 1.5);
            Routing routing = router.route(x, RouterDriver.withTokenIds(ids));
            routing.combineWeights().mul(Matrices.tensor(gradWeights, 2)).sum().backward();
            var reference = ReferenceRouter.weightedHash(ids, TABLE, 1.5);
            double[][] atLogits =
                    reference.logitsGradient(reference.route().of(logits), gradWeights);
            Matrices.assertClose(x.grad(), Algebra.map(atLogits, g -> 2 * g), 1e-5);
            assertThat(router.parameters()).hasSize(1);
            assertThat(HashRouter.uniform(HashTable.of(EXPERTS, TABLE)).parameters()).isEmpty();
        }
    }

    @Test
    void aPassWithoutTokenIdsIsRefused() {
        var router = HashRouter.uniform(HashTable.of(EXPERTS, TABLE));
        try (Scope scope = Scope.open()) {
            Tensor x = RouterDriver.input(new double[3][EXPERTS], EXPERTS);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> router.route(x, Pass.inference()))
                    .withMessage(
                            "a hash router needs the id of every token: the pass has 0 ids for 3"
                                    + " tokens");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> router.route(x, RouterDriver.withTokenIds(0, 5, 1)))
                    .withMessage("token id must be in [0, 5), was 5");
        }
    }

    @Test
    void aRandomTableHasDifferentExpertsPerTokenAndFollowsItsSeed() {
        HashTable table = HashTable.random(100, 8, 8, 1);
        assertThat(table.vocabulary()).isEqualTo(100);
        for (int id = 0; id < 100; id++) {
            assertThat(Arrays.stream(table.expertIds(new int[] {id})).distinct()).hasSize(8);
        }
        int[] all = IntStream.range(0, 100).toArray();
        assertThat(HashTable.random(100, 8, 2, 1).expertIds(all))
                .isEqualTo(HashTable.random(100, 8, 2, 1).expertIds(all))
                .isNotEqualTo(HashTable.random(100, 8, 2, 2).expertIds(all));
    }

    @Test
    void tablesThatNameNoExpertAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HashTable.of(2, new int[][] {{0}, {2}}))
                .withMessage("expert of token id 1 must be in [0, 2), was 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HashTable.of(2, new int[][] {{0}, {0, 1}}));
        assertThatIllegalArgumentException().isThrownBy(() -> HashTable.of(2, new int[0][]));
        assertThatIllegalArgumentException().isThrownBy(() -> HashTable.random(5, 2, 3, 0));
    }
}
