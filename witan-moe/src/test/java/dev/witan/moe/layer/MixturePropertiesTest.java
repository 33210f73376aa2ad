// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.Engine;
import dev.witan.engine.Parameter;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.ExpertCapacity;
import dev.witan.moe.Matrices;
import dev.witan.moe.Pass;
import dev.witan.moe.Router;
import dev.witan.moe.RouterDriver;
import dev.witan.moe.Routing;
import dev.witan.moe.balance.BalanceLosses;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.moe.router.DenseSoftmaxRouter;
import dev.witan.moe.router.ExpertChoiceRouter;
import dev.witan.moe.router.GShardRouter;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.NoisyTopKRouter;
import dev.witan.testkit.Seeded;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What holds for every mixture, with the real parts; the mutants break it.
class MixturePropertiesTest {
    private static final int EXPERTS = MoeFixture.EXPERTS;
    private static final int WIDTH = MoeFixture.WIDTH;

    @BeforeAll
    static void start() {
        Engine.start();
    }

    @Test
    void layerAndChainAreThePapers() {
        MixtureChecks.layerIsThePapers(MixtureChecks::realRouter, MixtureChecks::realExperts);
        MixtureChecks.chainIsThePapers(mixtures ->
                new ChainLayer(
                        new ChainConfig(
                                2,
                                true,
                                true,
                                false,
                                ChainConfig.Shared.ONCE,
                                ChainConfig.Block.STANDARD),
                        mixtures));
    }

    @Test
    void nanStaysInItsRow() {
        MixtureChecks.nanStaysInItsRow(MixtureChecks::realRouter, MixtureChecks::realExperts);
        MixtureChecks.nanStaysInItsRow(DenseSoftmaxRouter::new, MixtureChecks::realExperts);
        MixtureChecks.nanStaysInItsRow(GShardRouter::new, MixtureChecks::realExperts);
        MixtureChecks.nanStaysInItsRow(
                gate -> new NoisyTopKRouter(2, gate, MoeFixture.gate(8)),
                MixtureChecks::realExperts);
    }

    @Test
    void firstChoicesComeFirst() {
        MixtureChecks.firstChoicesComeFirst(new ExpertCapacity(0.6)::limit);
    }

    @Test
    void balanceLossesReachTheGate() {
        MixtureChecks.lossIsThePapers(BalanceLosses::expertLevel);
    }

    @Test
    void gradientsOfExpertsAddUp() {
        MixtureChecks.gradientsAddUp(MixtureChecks::realExperts);
    }

    @Test
    void randomnessFollowsTheSeed() {
        MixtureChecks.randomnessFollowsTheSeed(
                gate -> new NoisyTopKRouter(2, gate, MoeFixture.gate(8)));
    }

    @Test
    void emptySlotsAnswerNothing() {
        for (Router router :
                List.of(
                        new ExpertChoiceRouter(MoeFixture.gate(3), 1.5),
                        new GShardRouter(MoeFixture.gate(3)))) {
            try (Scope scope = Scope.open()) {
                var fixture = new MoeFixture();
                double[][] x = Seeded.normalFloats(4, 13, WIDTH);
                MoeLayer layer = fixture.layer(router, Optional.empty());
                FeedForward.Output output =
                        layer.forward(Matrices.tensor(x, WIDTH), RouterDriver.training(1));
                Routing routing = output.routings().get(0);
                double[][] weights = Matrices.rows(routing.combineWeights());
                double[][] expected = new double[13][WIDTH];
                int empty = 0;
                for (int t = 0; t < 13; t++) {
                    for (int k = 0; k < routing.topK(); k++) {
                        int id = routing.expertId(t, k);
                        if (id == Routing.EMPTY) {
                            empty++;
                            continue;
                        }
                        double[] answer =
                                fixture.references().get(id).forward(new double[][] {x[t]})[0];
                        for (int d = 0; d < WIDTH; d++) {
                            expected[t][d] += weights[t][k] * answer[d];
                        }
                    }
                }
                assertThat(empty).isPositive();
                Matrices.assertClose(output.y(), expected, 2e-5);
            }
        }
    }

    @Test
    void couplingIsRefused() {
        MixtureChecks.couplingIsRefused(gate -> new ExpertChoiceRouter(gate, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void expertsThatAnswerTheirInputGiveItBackWeighted(int topK) {
        for (boolean norm : new boolean[] {true, false}) {
            try (Scope scope = Scope.open()) {
                MoeLayer layer =
                        MoeFixture.layer(
                                MoeFixture.router(topK, norm, MoeFixture.gate(3)),
                                Optional.empty(),
                                new IdentityExperts(EXPERTS, WIDTH));
                double[][] x = Seeded.normalFloats(4, 64, WIDTH);
                FeedForward.Output output =
                        layer.forward(Matrices.tensor(x, WIDTH), Pass.inference());
                double[][] weights = Matrices.rows(output.routings().get(0).combineWeights());
                double[][] expected = new double[64][];
                for (int t = 0; t < 64; t++) {
                    double sum = Arrays.stream(weights[t]).sum();
                    assertThat(norm || topK == EXPERTS ? Math.abs(sum - 1) : 0).isLessThan(1e-6);
                    expected[t] = Arrays.stream(x[t]).map(v -> v * sum).toArray();
                }
                Matrices.assertClose(output.y(), expected, 2e-6);
            }
        }
    }

    @Test
    void renumberingTheExpertsChangesNothingButTheirIds() {
        int[] newId = {3, 0, 4, 1, 2};
        try (Scope scope = Scope.open()) {
            var fixture = new MoeFixture();
            Gate gate = MoeFixture.gate(3);
            double[][] rows = MoeFixture.rows(gate);
            double[][] renumberedGate = new double[EXPERTS][];
            var renumbered =
                    ExpertParameters.normal(
                            "renumbered", fixture.parameters.kernel(), EXPERTS, 1, 99);
            for (int e = 0; e < EXPERTS; e++) {
                int to = newId[e];
                renumberedGate[to] = rows[e];
                fixture.parameters
                        .matrices(e)
                        .forEach((name, matrix) -> renumbered.replace(to, name, matrix));
            }
            MoeLayer before = fixture.layer(MoeFixture.router(2, true, gate), Optional.empty());
            var other = new Gate(Parameter.leaf("gate", Matrices.tensor(renumberedGate, WIDTH)));
            MoeLayer after =
                    MoeFixture.layer(
                            MoeFixture.router(2, true, other),
                            Optional.empty(),
                            new LocalExperts(renumbered, Precision.FLOAT32));
            Tensor x = MoeFixture.x(4, 64);
            FeedForward.Output first = before.forward(x, Pass.inference());
            FeedForward.Output second = after.forward(x, Pass.inference());
            Matrices.assertClose(second.y(), Matrices.rows(first.y()), 2e-6);
            int[] expected =
                    Arrays.stream(first.routings().get(0).expertIds())
                            .map(id -> newId[id])
                            .toArray();
            assertThat(second.routings().get(0).expertIds()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 13, 64})
    void droplessKeepsEveryChoiceEvenIfAllAreTheSame(int tokens) {
        try (Scope scope = Scope.open()) {
            Gate gate = MoeFixture.gate(3);
            gate.weight().value().detach().zero_();
            MoeLayer layer =
                    new MoeFixture().layer(MoeFixture.router(2, true, gate), Optional.empty());
            Routing routing =
                    layer.forward(MoeFixture.x(4, tokens), Pass.inference()).routings().get(0);
            assertThat(routing.expertIds()).hasSize(2 * tokens).doesNotContain(Routing.EMPTY);
        }
    }

    @Test
    void theSameSeedGivesTheSameBits() {
        float[][] outputs = new float[2][];
        for (int run = 0; run < 2; run++) {
            try (Scope scope = Scope.open()) {
                var router = new NoisyTopKRouter(2, MoeFixture.gate(3), MoeFixture.gate(4));
                MoeLayer layer = new MoeFixture().layer(router, Optional.empty());
                Pass pass = RouterDriver.training(5);
                outputs[run] = Tensors.toFloats(layer.forward(MoeFixture.x(4, 64), pass).y());
            }
        }
        assertThat(outputs[0]).isEqualTo(outputs[1]);
    }
}
