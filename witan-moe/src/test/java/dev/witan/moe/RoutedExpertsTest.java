// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.moe.expert.SwiGluKernel;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.TopKRouter;
import dev.witan.moe.router.TopKRouterConfig;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Explicit gradients against autograd through the same arithmetic written with plain operators.
class RoutedExpertsTest {
    private static final int EXPERTS = 5;
    private static final int WIDTH = 7;

    @BeforeAll
    static void start() {
        Engine.start();
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "2,2", "13,3", "64,5", "300,2"})
    void gradientsEqualAutograd(int tokens, int topK) {
        try (Scope scope = Scope.open()) {
            var parameters =
                    ExpertParameters.normal("experts", new SwiGluKernel(WIDTH, 3), EXPERTS, 1, 1);
            var gate = Gate.uniform("gate", EXPERTS, WIDTH, 2);
            var router = new TopKRouter(TopKRouterConfig.softmax(EXPERTS, topK), gate);
            var experts = new LocalExperts(parameters, Precision.FLOAT32);
            Tensor x = Tensors.normal(1, 3, tokens, WIDTH).requires_grad_(true);
            Tensor gradY = Tensors.normal(1, 4, tokens, WIDTH);

            var tape = new ExplicitGradient();
            var pass = Pass.training(0, tape);
            Routing routing = router.route(x, pass);
            DispatchPlan plan = DispatchPlan.of(routing);
            Tensor y = RoutedExperts.apply(experts, plan, x, routing, pass);
            tape.backward(y.mul(gradY).sum());
            float[] gradX = Tensors.toFloats(x.grad());
            float[] gradGate = Tensors.toFloats(gate.weight().gradient());
            float[] gradExperts = Tensors.toFloats(parameters.parameter().gradient());

            x.grad().zero_();
            gate.weight().zeroGradient();
            Tensor weights = parameters.parameter().value().detach().requires_grad_(true);
            Tensor expected =
                    plain(
                            new ExpertParameters("copy", parameters.kernel(), weights.detach()),
                            weights,
                            x,
                            router.route(x, pass));
            expected.mul(gradY).sum().backward();

            assertClose(Tensors.toFloats(y), Tensors.toFloats(expected));
            assertClose(gradX, Tensors.toFloats(x.grad()));
            assertClose(gradGate, Tensors.toFloats(gate.weight().gradient()));
            if (tokens > 0) {
                assertClose(gradExperts, Tensors.toFloats(weights.grad()));
            }
        }
    }

    private static Tensor plain(
            ExpertParameters layout, Tensor weights, Tensor x, Routing routing) {
        int f = ((SwiGluKernel) layout.kernel()).expertWidth();
        Tensor y = x.mul(new Scalar(0.0));
        for (int t = 0; t < routing.tokens(); t++) {
            Tensor token = x.narrow(0, t, 1);
            for (int k = 0; k < routing.topK(); k++) {
                Tensor w = weights.select(0, routing.expertId(t, k));
                Tensor gate = w.narrow(0, 0, (long) f * WIDTH).view(f, WIDTH);
                Tensor up = w.narrow(0, (long) f * WIDTH, (long) f * WIDTH).view(f, WIDTH);
                Tensor down = w.narrow(0, 2L * f * WIDTH, (long) f * WIDTH).view(WIDTH, f);
                Tensor hidden = torch.silu(torch.linear(token, gate)).mul(torch.linear(token, up));
                Tensor answer =
                        torch.linear(hidden, down)
                                .mul(routing.combineWeights().narrow(0, t, 1).narrow(1, k, 1));
                y =
                        y.add(
                                torch.constant_pad_nd(
                                        answer, new long[] {0, 0, t, routing.tokens() - t - 1L}));
            }
        }
        return y;
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i])
                    .isCloseTo(
                            expected[i],
                            org.assertj.core.data.Offset.offset(
                                    2e-5f * (1 + Math.abs(expected[i]))));
        }
    }
}
