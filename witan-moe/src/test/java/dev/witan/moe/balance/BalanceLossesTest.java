// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.witan.engine.Engine;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Matrices;
import dev.witan.moe.Routing;
import dev.witan.testkit.FiniteDifferences;
import dev.witan.testkit.reference.Algebra;
import dev.witan.testkit.reference.LossGradient;
import dev.witan.testkit.reference.ReferenceLosses;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Each loss and its gradient at the router logits against the float64 formula, and the formula's
/// gradient against finite differences.
class BalanceLossesTest {
    private static final int[][] SIZES = {
        {0, 4, 2}, {1, 1, 1}, {1, 4, 4}, {7, 4, 1}, {13, 8, 3}, {64, 8, 2}, {64, 64, 8}
    };

    @BeforeAll
    static void start() {
        Engine.start();
    }

    /// A loss beside its reference.
    enum Loss {
        FIRST_CHOICE {
            @Override
            Tensor of(Routing routing) {
                return BalanceLosses.firstChoice(routing);
            }

            @Override
            LossGradient reference(double[][] logits, int[][] ids) {
                return ReferenceLosses.top1Balance(logits);
            }
        },
        EXPERT_LEVEL {
            @Override
            Tensor of(Routing routing) {
                return BalanceLosses.expertLevel(routing);
            }

            @Override
            LossGradient reference(double[][] logits, int[][] ids) {
                return ReferenceLosses.expertLevel(logits, ids);
            }
        },
        DEVICE_LEVEL {
            @Override
            Tensor of(Routing routing) {
                return BalanceLosses.deviceLevel(routing, devices(routing.experts()));
            }

            @Override
            LossGradient reference(double[][] logits, int[][] ids) {
                return ReferenceLosses.deviceLevel(logits, ids, deviceOf(logits));
            }
        },
        COMMUNICATION {
            @Override
            Tensor of(Routing routing) {
                return BalanceLosses.communication(routing, devices(routing.experts()), 3);
            }

            @Override
            LossGradient reference(double[][] logits, int[][] ids) {
                return ReferenceLosses.communication(logits, ids, deviceOf(logits), 3);
            }
        },
        SEQUENCE_LEVEL {
            @Override
            Tensor of(Routing routing) {
                return BalanceLosses.sequenceLevel(routing, sequences(routing.tokens()), false);
            }

            @Override
            LossGradient reference(double[][] logits, int[][] ids) {
                return logits.length == 0
                        ? new LossGradient(0, logits)
                        : ReferenceLosses.sequenceLevel(logits, ids, sequences(logits.length));
            }
        },
        SEQUENCE_LEVEL_NORMALISED {
            @Override
            Tensor of(Routing routing) {
                return BalanceLosses.sequenceLevel(routing, sequences(routing.tokens()), true);
            }

            @Override
            Tensor scores(Tensor logits) {
                return torch.sigmoid(logits);
            }

            @Override
            LossGradient reference(double[][] logits, int[][] ids) {
                return logits.length == 0
                        ? new LossGradient(0, logits)
                        : ReferenceLosses.sequenceLevelSigmoid(
                                logits, ids, sequences(logits.length));
            }
        },
        ROUTER_Z {
            @Override
            Tensor of(Routing routing) {
                return BalanceLosses.routerZ(routing);
            }

            @Override
            LossGradient reference(double[][] logits, int[][] ids) {
                return ReferenceLosses.zLoss(logits);
            }
        },
        POOLED_OVER_LAYERS {
            @Override
            Tensor of(Routing routing) {
                return BalanceLosses.pooledOverLayers(List.of(routing));
            }

            @Override
            LossGradient reference(double[][] logits, int[][] ids) {
                boolean[] mask = new boolean[logits.length];
                Arrays.fill(mask, true);
                int topK = ids.length == 0 ? 1 : ids[0].length;
                return ReferenceLosses.mixtralFamily(logits, topK, mask);
            }
        };

        abstract Tensor of(Routing routing);

        abstract LossGradient reference(double[][] logits, int[][] ids);

        Tensor scores(Tensor logits) {
            return torch.softmax(logits, 1);
        }

        private static int devices(int experts) {
            return experts % 4 == 0 ? 4 : 1;
        }

        private static int sequences(int tokens) {
            return tokens % 4 == 0 ? 4 : 1;
        }

        private static int[] deviceOf(double[][] logits) {
            int experts = logits.length == 0 ? 1 : logits[0].length;
            int size = experts / devices(experts);
            return IntStream.range(0, experts).map(e -> e / size).toArray();
        }
    }

    @ParameterizedTest
    @EnumSource
    void valueAndGradientAreThePapers(Loss loss) {
        for (int[] size : SIZES) {
            for (int seed = 0; seed < 6; seed++) {
                double[][] logits = Matrices.grid(seed, size[0], size[1]);
                compare(loss, logits, Algebra.topK(logits, size[2]), size[1], size[2]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void allTokensAtOneExpertCostMost(Loss loss) {
        double[][] logits = Matrices.grid(3, 16, 8);
        for (double[] row : logits) {
            row[5] = 9;
        }
        compare(loss, logits, Algebra.topK(logits, 1), 8, 1);
    }

    @ParameterizedTest
    @EnumSource
    void gradientIsThatOfFiniteDifferences(Loss loss) {
        double[][] logits = Matrices.grid(4, 8, 4);
        for (int t = 0; t < logits.length; t++) {
            // No ties: the choice must not change within a step.
            for (int e = 0; e < 4; e++) {
                logits[t][e] += 0.01 * e;
            }
        }
        int[][] ids = Algebra.topK(logits, 2);
        double[][] differences =
                FiniteDifferences.gradient((double[][] z) -> loss.reference(z, ids).loss(), logits);
        try (Scope scope = Scope.open()) {
            Tensor z = Matrices.tensor(logits, 4).requires_grad_(true);
            loss.of(routing(loss, z, ids, 2)).backward();
            assertThat(FiniteDifferences.relativeError(differences, Matrices.rows(z.grad())))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void perfectBalanceIsOne() {
        double[][] logits = new double[8][8];
        int[][] ids = new int[8][2];
        for (int t = 0; t < 8; t++) {
            ids[t][0] = t;
            ids[t][1] = (t + 1) % 8;
        }
        try (Scope scope = Scope.open()) {
            Routing routing = routing(Loss.EXPERT_LEVEL, Matrices.tensor(logits, 8), ids, 2);
            var one = org.assertj.core.data.Offset.offset(1e-6);
            assertThat(Tensors.scalar(BalanceLosses.firstChoice(routing))).isCloseTo(1, one);
            assertThat(Tensors.scalar(BalanceLosses.expertLevel(routing))).isCloseTo(1, one);
            assertThat(Tensors.scalar(BalanceLosses.deviceLevel(routing, 4))).isCloseTo(1, one);
            assertThat(Tensors.scalar(BalanceLosses.pooledOverLayers(List.of(routing))))
                    .isCloseTo(2, one);
        }
    }

    @Test
    void layersArePooledBeforeTheProduct() {
        double[][] first = Matrices.grid(1, 13, 4);
        double[][] second = Matrices.grid(2, 13, 4);
        double[][] both = new double[26][];
        System.arraycopy(first, 0, both, 0, 13);
        System.arraycopy(second, 0, both, 13, 13);
        boolean[] mask = new boolean[26];
        Arrays.fill(mask, true);
        LossGradient expected = ReferenceLosses.mixtralFamily(both, 2, mask);
        try (Scope scope = Scope.open()) {
            Tensor z1 = Matrices.tensor(first, 4).requires_grad_(true);
            Tensor z2 = Matrices.tensor(second, 4).requires_grad_(true);
            var loss = Loss.POOLED_OVER_LAYERS;
            Tensor pooled =
                    BalanceLosses.pooledOverLayers(
                            List.of(
                                    routing(loss, z1, Algebra.topK(first, 2), 2),
                                    routing(loss, z2, Algebra.topK(second, 2), 2)));
            pooled.backward();
            Matrices.assertClose(
                    new double[] {Tensors.scalar(pooled)}, new double[] {expected.loss()}, 1e-6);
            Matrices.assertClose(z1.grad(), Arrays.copyOfRange(expected.gradient(), 0, 13), 1e-6);
            Matrices.assertClose(z2.grad(), Arrays.copyOfRange(expected.gradient(), 13, 26), 1e-6);
        }
    }

    @Test
    void countsAreExactOverManyTokens() {
        int tokens = 30_000;
        int[][] ids = new int[tokens][1];
        try (Scope scope = Scope.open()) {
            Tensor z = Tensors.zeros(torch.ScalarType.Float, tokens, 2);
            z.select(1, 0).fill_(new org.bytedeco.pytorch.Scalar(30.0));
            Routing routing = routing(Loss.EXPERT_LEVEL, z, ids, 1);
            var close = org.assertj.core.data.Offset.offset(1e-6);
            assertThat(Tensors.scalar(BalanceLosses.firstChoice(routing))).isCloseTo(2, close);
            assertThat(Tensors.scalar(BalanceLosses.sequenceLevel(routing, 1, false)))
                    .isCloseTo(2, close);
            assertThat(Tensors.scalar(BalanceLosses.communication(routing, 2, 1)))
                    .isCloseTo(2, close);
        }
    }

    @Test
    void groupsThatDoNotFitAreRefused() {
        try (Scope scope = Scope.open()) {
            Routing routing =
                    routing(
                            Loss.EXPERT_LEVEL,
                            Matrices.tensor(new double[3][6], 6),
                            new int[3][1],
                            1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> BalanceLosses.deviceLevel(routing, 4))
                    .withMessage("devices must divide the experts, was 4 for 6");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> BalanceLosses.sequenceLevel(routing, 2, false));
        }
    }

    private static void compare(Loss loss, double[][] logits, int[][] ids, int experts, int topK) {
        LossGradient expected = loss.reference(logits, ids);
        try (Scope scope = Scope.open()) {
            Tensor z = Matrices.tensor(logits, experts).requires_grad_(true);
            Tensor value = loss.of(routing(loss, z, ids, topK));
            value.backward();
            Matrices.assertClose(
                    new double[] {Tensors.scalar(value)}, new double[] {expected.loss()}, 3e-6);
            Matrices.assertClose(z.grad(), expected.gradient(), 3e-6);
        }
    }

    private static Routing routing(Loss loss, Tensor logits, int[][] ids, int topK) {
        Tensor scores = loss.scores(logits);
        int tokens = Math.toIntExact(logits.size(0));
        int experts = Math.toIntExact(logits.size(1));
        Tensor index = Tensors.of(Matrices.flat(ids), tokens, topK);
        return new Routing(
                tokens,
                topK,
                experts,
                Matrices.flat(ids),
                scores.gather(1, index),
                scores,
                logits,
                List.of());
    }
}
