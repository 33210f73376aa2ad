// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Matrices;
import dev.witan.moe.Pass;
import dev.witan.moe.RouterDriver;
import dev.witan.moe.Routing;
import dev.witan.moe.router.NoisyTopKRouter;
import dev.witan.moe.router.TopKRouter;
import dev.witan.moe.router.TopKRouterConfig;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

class BalanceConfigTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    @Test
    void everyCoefficientWeighsItsLoss() {
        try (Scope scope = Scope.open()) {
            var router = new TopKRouter(TopKRouterConfig.softmax(8, 2), RouterDriver.gate(8));
            Pass pass = new Pass(true, 0, 2, new int[0], new ExplicitGradient());
            Routing routing = router.route(RouterDriver.input(Matrices.grid(1, 14, 8), 8), pass);
            var config = new BalanceConfig(2, 3, 5, 7, 4, 3, 11, false, 13, 17, 19, 0);
            double[] losses = values(config.losses(routing, pass));
            double[] expected = {
                2 * Tensors.scalar(BalanceLosses.firstChoice(routing)),
                3 * Tensors.scalar(BalanceLosses.expertLevel(routing)),
                5 * Tensors.scalar(BalanceLosses.deviceLevel(routing, 4)),
                7 * Tensors.scalar(BalanceLosses.communication(routing, 4, 3)),
                11 * Tensors.scalar(BalanceLosses.sequenceLevel(routing, 2, false)),
                13 * Tensors.scalar(BalanceLosses.routerZ(routing))
            };
            Matrices.assertClose(losses, expected, 1e-6);
            assertThat(BalanceConfig.NONE.losses(routing, pass)).isEmpty();
        }
    }

    @Test
    void aRoutersOwnLossesAreWeighedToo() {
        try (Scope scope = Scope.open()) {
            var router = new NoisyTopKRouter(2, RouterDriver.gate(4), RouterDriver.gate(4));
            Pass pass = RouterDriver.training(1);
            Routing routing = router.route(RouterDriver.input(Matrices.grid(1, 14, 4), 4), pass);
            var config = new BalanceConfig(0, 0, 0, 0, 1, 1, 0, false, 0, 3, 0, 0);
            double[] expected =
                    routing.losses().stream()
                            .mapToDouble(l -> 3 * Tensors.scalar(l.value()))
                            .toArray();
            assertThat(expected).hasSize(2);
            Matrices.assertClose(values(config.losses(routing, pass)), expected, 1e-6);
        }
    }

    @Test
    void noTokensCostNothing() {
        try (Scope scope = Scope.open()) {
            var router = new TopKRouter(TopKRouterConfig.softmax(4, 2), RouterDriver.gate(4));
            Pass pass = RouterDriver.training(1);
            Routing routing = router.route(RouterDriver.input(new double[0][], 4), pass);
            assertThat(BalanceConfig.ofExpertLevel(1).losses(routing, pass)).isEmpty();
        }
    }

    @Test
    void negativeCoefficientsAreRefused() {
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> BalanceConfig.ofExpertLevel(bad))
                    .withMessageContaining("must be >= 0");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BalanceConfig(0, 0, 1, 0, 0, 1, 0, false, 0, 0, 0, 0));
    }

    private static double[] values(List<Tensor> losses) {
        return losses.stream().mapToDouble(Tensors::scalar).toArray();
    }
}
