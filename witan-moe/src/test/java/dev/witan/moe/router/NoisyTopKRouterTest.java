// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.witan.engine.Engine;
import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Matrices;
import dev.witan.moe.Pass;
import dev.witan.moe.RouterDriver;
import dev.witan.moe.Routing;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.Algebra;
import dev.witan.testkit.reference.NoisyTopKLosses;
import dev.witan.testkit.reference.ReferenceRouters;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;

class NoisyTopKRouterTest {
    private static final int WIDTH = 5;
    private static final double NOISE_EPSILON = 1e-2;

    @BeforeAll
    static void start() {
        Engine.start();
    }

    @ParameterizedTest
    @CsvSource({"0,3,1", "1,1,1", "7,2,2", "13,7,1", "13,7,6", "64,8,2", "64,8,8"})
    void decidesAndBalancesAsThePaper(int tokens, int experts, int topK) {
        for (int seed = 0; seed < 8; seed++) {
            var data = new Data(seed, tokens, experts, topK);
            try (Scope scope = Scope.open()) {
                Routing routing = data.route(RouterDriver.training(seed));
                RouterDriver.assertEqual(
                        routing,
                        ReferenceRouters.noisyTopK(data.clean, data.scale, data.noise, topK),
                        1e-5);
                assertThat(routing.losses())
                        .extracting(Routing.RouterLoss::name)
                        .containsExactly("importance", "load");
                assertThat(data.loss(routing, 0)).isCloseTo(data.importance(), within(1e-4));
                assertThat(data.loss(routing, 1)).isCloseTo(data.load().loss(), within(1e-4));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,2,1", "7,3,2", "13,7,1", "13,7,6", "64,8,2"})
    void gradientsOfTheLossesAreThePapers(int tokens, int experts, int topK) {
        for (int seed = 0; seed < 4; seed++) {
            var data = new Data(seed, tokens, experts, topK);
            try (Scope scope = Scope.open()) {
                data.backward(data.route(RouterDriver.training(seed)), 0);
                double[][] atNoisy = data.importanceGradient();
                double[][] atScale = Algebra.copy(atNoisy);
                for (int t = 0; t < tokens; t++) {
                    for (int e = 0; e < experts; e++) {
                        atScale[t][e] *= data.noise[t][e];
                    }
                }
                data.assertGradients(atNoisy, atScale);

                data.backward(data.route(RouterDriver.training(seed)), 1);
                NoisyTopKLosses.Load load = data.load();
                data.assertGradients(load.cleanGradient(), load.noiseScaleGradient());
            }
        }
    }

    @Test
    void withoutTrainingThereIsNoNoiseAndNoLoss() {
        var data = new Data(1, 13, 7, 2);
        try (Scope scope = Scope.open()) {
            Routing routing = data.route(Pass.inference());
            assertThat(routing.losses()).isEmpty();
            RouterDriver.assertEqual(
                    routing,
                    ReferenceRouters.noisyTopK(
                            data.clean, data.scale, new double[13][7], data.topK),
                    1e-5);
        }
    }

    @Test
    void noiseFollowsTheSeedOfThePass() {
        var data = new Data(1, 13, 7, 2);
        try (Scope scope = Scope.open()) {
            float[] first = Tensors.toFloats(data.route(RouterDriver.training(4)).routerLogits());
            assertThat(Tensors.toFloats(data.route(RouterDriver.training(4)).routerLogits()))
                    .isEqualTo(first);
            assertThat(Tensors.toFloats(data.route(RouterDriver.training(5)).routerLogits()))
                    .isNotEqualTo(first);
        }
    }

    @Test
    void zeroGatesSpreadTokensByNoiseAlone() {
        try (Scope scope = Scope.open()) {
            var router = NoisyTopKRouter.zero("router", 4, 1, WIDTH);
            assertThat(router.parameters())
                    .extracting(Parameter::name)
                    .containsExactly("router.weight", "router_noise.weight");
            Tensor x = Tensors.normal(1, 1, 400, WIDTH);
            int[] counts = new int[4];
            for (int id : router.route(x, RouterDriver.training(2)).expertIds()) {
                counts[id]++;
            }
            assertThat(Arrays.stream(counts)).allMatch(count -> count > 60 && count < 140);
            assertThat(router.route(x, Pass.inference()).expertIds()).containsOnly(0);
        }
    }

    @Test
    void refusesSizesThatDoNotFit() {
        Gate gate = RouterDriver.gate(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NoisyTopKRouter(4, gate, gate))
                .withMessage("topK must be in [1, 3], was 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NoisyTopKRouter(2, gate, RouterDriver.gate(2)));
    }

    private static org.assertj.core.data.Offset<Double> within(double offset) {
        return org.assertj.core.data.Offset.offset(offset);
    }

    /// One random case: x, both gates, and what the reference needs to know of them.
    private static final class Data {
        final int topK;
        final double[][] x;
        final Gate gate;
        final Gate noiseGate;
        final double[][] clean;
        final double[][] scale;
        final double[][] noise;

        Data(long seed, int tokens, int experts, int topK) {
            this.topK = topK;
            this.x = Seeded.normalFloats(seed, tokens, WIDTH);
            double[][] weight = Seeded.normalFloats(seed + 50, experts, WIDTH);
            double[][] noiseWeight = Seeded.normalFloats(seed + 60, experts, WIDTH);
            this.gate = gate("gate", weight);
            this.noiseGate = gate("noise", noiseWeight);
            this.clean = Algebra.linear(x, weight);
            this.scale =
                    Algebra.map(
                            Algebra.linear(x, noiseWeight),
                            z -> Algebra.softplus(z) + NOISE_EPSILON);
            try (Scope scope = Scope.open()) {
                this.noise = Matrices.rows(Tensors.normal(1, seed, tokens, experts));
            }
        }

        Routing route(Pass pass) {
            return new NoisyTopKRouter(topK, gate, noiseGate)
                    .route(Matrices.tensor(x, WIDTH), pass);
        }

        double loss(Routing routing, int index) {
            return Tensors.scalar(routing.losses().get(index).value());
        }

        double importance() {
            return NoisyTopKLosses.importance(ReferenceRouters.noisyTopK(clean, scale, noise, topK))
                    .loss();
        }

        double[][] importanceGradient() {
            return NoisyTopKLosses.importance(ReferenceRouters.noisyTopK(clean, scale, noise, topK))
                    .gradient();
        }

        NoisyTopKLosses.Load load() {
            return NoisyTopKLosses.load(clean, scale, noise, topK);
        }

        void backward(Routing routing, int index) {
            gate.weight().zeroGradient();
            noiseGate.weight().zeroGradient();
            routing.losses().get(index).value().backward();
        }

        /// Compares the gates' gradients with those that follow from gradients at the clean logits
        /// and at the noise scale.
        void assertGradients(double[][] atClean, double[][] atScale) {
            double[][] noiseLogits = Algebra.linear(x, Matrices.rows(noiseGate.weight().value()));
            double[][] atNoiseLogits = Algebra.copy(atScale);
            for (int t = 0; t < x.length; t++) {
                for (int e = 0; e < atScale[t].length; e++) {
                    atNoiseLogits[t][e] *= Algebra.sigmoid(noiseLogits[t][e]);
                }
            }
            Matrices.assertClose(
                    gate.weight().gradient(),
                    Algebra.linearWeightGradient(atClean, x, Matrices.rows(gate.weight().value())),
                    1e-4);
            Matrices.assertClose(
                    noiseGate.weight().gradient(),
                    Algebra.linearWeightGradient(
                            atNoiseLogits, x, Matrices.rows(noiseGate.weight().value())),
                    1e-4);
        }

        private static Gate gate(String name, double[][] weight) {
            return new Gate(Parameter.leaf(name, Matrices.tensor(weight, WIDTH)));
        }
    }
}
