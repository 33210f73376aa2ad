// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.witan.testkit.reference.ReferenceRouters.Groups;
import dev.witan.testkit.reference.ReferenceRouters.Weighing;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

/// Presets of the top-k router against the float64 routers of the papers.
class TopKRouterTest {
    private static final double TOLERANCE = 2e-6;
    private static final int[] TOKENS = {0, 1, 7, 13, 64};

    @BeforeAll
    static void start() {
        Engine.start();
    }

    /// A published router: our configuration and its reference.
    enum Published {
        SWITCH {
            @Override
            TopKRouterConfig config(int e, int k) {
                return TopKRouterConfig.switchTop1(e).withInputJitter(0);
            }

            @Override
            ReferenceRouter reference(int e, int k, double[] bias) {
                return ReferenceRouter.softmaxTopK(1, false, 1);
            }
        },
        MIXTRAL {
            @Override
            TopKRouterConfig config(int e, int k) {
                return TopKRouterConfig.mixtral(e, k);
            }

            @Override
            ReferenceRouter reference(int e, int k, double[] bias) {
                return ReferenceRouter.softmaxTopK(k, true, 1);
            }
        },
        DEEPSEEK_MOE {
            @Override
            TopKRouterConfig config(int e, int k) {
                return TopKRouterConfig.softmax(e, k);
            }

            @Override
            ReferenceRouter reference(int e, int k, double[] bias) {
                return ReferenceRouter.softmaxTopK(k, false, 1);
            }
        },
        NORMALISED_THEN_SCALED {
            @Override
            TopKRouterConfig config(int e, int k) {
                return new TopKRouterConfig(
                        e,
                        k,
                        TopKRouterConfig.Score.SOFTMAX,
                        true,
                        2.5,
                        ExpertGroups.NONE,
                        false,
                        0);
            }

            @Override
            ReferenceRouter reference(int e, int k, double[] bias) {
                return ReferenceRouter.softmaxTopK(k, true, 2.5);
            }
        },
        SOFTMAX_OF_TOP_K {
            @Override
            TopKRouterConfig config(int e, int k) {
                return new TopKRouterConfig(
                        e,
                        k,
                        TopKRouterConfig.Score.SOFTMAX_OF_TOP_K,
                        false,
                        1,
                        ExpertGroups.NONE,
                        false,
                        0);
            }

            @Override
            ReferenceRouter reference(int e, int k, double[] bias) {
                return ReferenceRouter.softmaxAfterTopK(k);
            }
        },
        GROUP_LIMITED {
            @Override
            TopKRouterConfig config(int e, int k) {
                return TopKRouterConfig.groupLimited(e, k, groups(e), kept(e), 16);
            }

            @Override
            ReferenceRouter reference(int e, int k, double[] bias) {
                return ReferenceRouter.groupLimited(k, new Groups(groups(e), kept(e)), false, 16);
            }
        },
        NOAUX_TC {
            @Override
            TopKRouterConfig config(int e, int k) {
                return TopKRouterConfig.sigmoidWithBias(e, k, groups(e), kept(e), 2.5);
            }

            @Override
            ReferenceRouter reference(int e, int k, double[] bias) {
                return ReferenceRouter.sigmoidBiased(
                        k, bias, new Groups(groups(e), kept(e)), new Weighing(true, 2.5));
            }
        },
        NOAUX_TC_WITHOUT_NORM {
            @Override
            TopKRouterConfig config(int e, int k) {
                return TopKRouterConfig.sigmoidWithBias(e, k, groups(e), kept(e), 2.5)
                        .withNormTopK(false);
            }

            @Override
            ReferenceRouter reference(int e, int k, double[] bias) {
                return ReferenceRouter.sigmoidBiased(
                        k, bias, new Groups(groups(e), kept(e)), new Weighing(false, 2.5));
            }
        };

        abstract TopKRouterConfig config(int experts, int topK);

        abstract ReferenceRouter reference(int experts, int topK, double[] bias);

        static int groups(int experts) {
            return experts % 4 == 0 ? 4 : 1;
        }

        static int kept(int experts) {
            return experts % 4 == 0 ? 2 : 1;
        }

        int largestTopK(int experts) {
            return switch (this) {
                case SWITCH -> 1;
                case GROUP_LIMITED, NOAUX_TC, NOAUX_TC_WITHOUT_NORM ->
                        experts / groups(experts) * kept(experts);
                case MIXTRAL, DEEPSEEK_MOE, NORMALISED_THEN_SCALED, SOFTMAX_OF_TOP_K -> experts;
            };
        }

        TopKRouter router(int experts, int topK, double[] bias) {
            float[] values = new float[experts];
            for (int e = 0; e < experts; e++) {
                values[e] = (float) bias[e];
            }
            return new TopKRouter(
                    config(experts, topK), RouterDriver.gate(experts), ExpertBias.of(values));
        }
    }

    @ParameterizedTest
    @EnumSource
    void decidesAsThePaper(Published published) {
        for (int tokens : TOKENS) {
            for (int experts : new int[] {1, 2, 7, 8, 64}) {
                int largest = published.largestTopK(experts);
                for (int topK : new int[] {1, Math.min(2, largest), (largest + 1) / 2, largest}) {
                    compare(
                            published,
                            Matrices.grid(tokens + 100L * experts, tokens, experts),
                            experts,
                            topK);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void tiesGoToTheLowerId(Published published) {
        for (int seed = 0; seed < 10; seed++) {
            compare(published, Seeded.ties(seed, 13, 8), 8, published.largestTopK(8));
            compare(published, new double[3][64], 64, Math.min(6, published.largestTopK(64)));
        }
    }

    /// Vectorised functions treat the end of an array apart; equal logits stay equal there too.
    @ParameterizedTest
    @EnumSource
    void equalLogitsAreTiesWhereverTheyStand(Published published) {
        for (int experts : new int[] {5, 7, 13, 63}) {
            int topK = Math.min(3, published.largestTopK(experts));
            for (int tokens : new int[] {1, 3, 13}) {
                for (float logit : new float[] {0.3f, -1.7f, 2.9f}) {
                    double[][] logits = new double[tokens][experts];
                    for (double[] row : logits) {
                        Arrays.fill(row, logit);
                    }
                    try (Scope scope = Scope.open()) {
                        Routing routing =
                                published
                                        .router(experts, topK, new double[experts])
                                        .route(
                                                RouterDriver.input(logits, experts),
                                                Pass.inference());
                        for (int slot = 0; slot < tokens * topK; slot++) {
                            assertThat(routing.expertIds()[slot]).isEqualTo(slot % topK);
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExpertAtMinusInfinityIsNotChosen(Published published) {
        double[][] logits = Matrices.grid(5, 7, 8);
        for (double[] row : logits) {
            row[2] = RouterDriver.MINUS_INFINITY;
        }
        try (Scope scope = Scope.open()) {
            var router = published.router(8, 1, new double[8]);
            Routing routing = router.route(RouterDriver.input(logits, 8), Pass.inference());
            assertThat(routing.expertIds()).doesNotContain(2);
            assertThat(Tensors.toFloats(routing.combineWeights())).doesNotContain(Float.NaN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNanRowDisturbsNoOther(Published published) {
        double[][] logits = Matrices.grid(6, 13, 8);
        double[][] broken = Algebra.copy(logits);
        Arrays.fill(broken[4], Double.NaN);
        try (Scope scope = Scope.open()) {
            int topK = Math.min(2, published.largestTopK(8));
            var router = published.router(8, topK, new double[8]);
            Routing clean = router.route(RouterDriver.input(logits, 8), Pass.inference());
            Routing dirty = router.route(RouterDriver.input(broken, 8), Pass.inference());
            float[] cleanWeights = Tensors.toFloats(clean.combineWeights());
            float[] dirtyWeights = Tensors.toFloats(dirty.combineWeights());
            for (int slot = 0; slot < cleanWeights.length; slot++) {
                if (slot / topK != 4) {
                    assertThat(dirty.expertIds()[slot]).isEqualTo(clean.expertIds()[slot]);
                    assertThat(dirtyWeights[slot]).isEqualTo(cleanWeights[slot]);
                }
            }
            assertThat(Arrays.stream(dirty.expertIds(), 4 * topK, 5 * topK).distinct())
                    .hasSize(topK)
                    .allMatch(id -> id >= 0 && id < 8);
        }
    }

    /// The gate learns through the weights: autograd against the analytic gradient at the logits.
    @ParameterizedTest
    @EnumSource
    void gradientOfTheWeightsIsThePapers(Published published) {
        for (int tokens : TOKENS) {
            int experts = 8;
            int topK = published.largestTopK(experts);
            double[] bias = Matrices.grid(9, 1, experts)[0];
            double[][] logits = Matrices.grid(10 + tokens, tokens, experts);
            double[][] gradWeights = Seeded.normalFloats(11, tokens, topK);
            try (Scope scope = Scope.open()) {
                Tensor x = RouterDriver.input(logits, experts).requires_grad_(true);
                Routing routing = published.router(experts, topK, bias).route(x, Pass.inference());
                Tensor gradient = Matrices.tensor(gradWeights, topK);
                routing.combineWeights().mul(gradient).sum().backward();
                ReferenceRouter reference = published.reference(experts, topK, bias);
                double[][] atLogits =
                        reference.logitsGradient(reference.route().of(logits), gradWeights);
                Matrices.assertClose(x.grad(), Algebra.map(atLogits, g -> 2 * g), 1e-5);
            }
        }
    }

    @Test
    void theBiasChoosesAndNeverWeighs() {
        try (Scope scope = Scope.open()) {
            var router = Published.NOAUX_TC.router(2, 1, new double[] {0, 5});
            Tensor x = RouterDriver.input(new double[][] {{3, -3}}, 2);
            Routing routing = router.route(x, Pass.inference());
            assertThat(routing.expertIds()).containsExactly(1);
            Matrices.assertClose(
                    routing.routerScores(),
                    new double[][] {{Algebra.sigmoid(3), Algebra.sigmoid(-3)}},
                    TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.5})
    void jitterActsInTrainingOnlyAndFollowsItsSeed(double width) {
        try (Scope scope = Scope.open()) {
            var config = TopKRouterConfig.softmax(8, 2).withInputJitter(width);
            var router = new TopKRouter(config, RouterDriver.gate(8));
            double[][] logits = Matrices.grid(3, 13, 8);
            Tensor x = RouterDriver.input(logits, 8);
            float[] still = Tensors.toFloats(router.route(x, Pass.inference()).routerLogits());
            float[] first = logits(router, x, 1);
            assertThat(first).isEqualTo(logits(router, x, 1)).isNotEqualTo(logits(router, x, 2));
            for (int i = 0; i < still.length; i++) {
                assertThat(still[i]).isEqualTo((float) logits[i / 8][i % 8]);
                assertThat(Math.abs(first[i] - still[i]))
                        .isLessThanOrEqualTo((float) (width * 1.0001 * Math.abs(still[i])));
            }
        }
    }

    private static float[] logits(TopKRouter router, Tensor x, long seed) {
        return Tensors.toFloats(router.route(x, RouterDriver.training(seed)).routerLogits());
    }

    private static void compare(Published published, double[][] logits, int experts, int topK) {
        double[] bias = Matrices.grid(experts, 1, experts)[0];
        try (Scope scope = Scope.open()) {
            Routing routing =
                    published
                            .router(experts, topK, bias)
                            .route(RouterDriver.input(logits, experts), Pass.inference());
            RouterDriver.assertEqual(
                    routing,
                    published.reference(experts, topK, bias).route().of(logits),
                    TOLERANCE);
        }
    }
}
