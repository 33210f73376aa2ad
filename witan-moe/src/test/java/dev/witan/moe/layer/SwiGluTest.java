// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.BatchMode;
import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

/// The explicit gradients of the network against autograd through plain operators.
class SwiGluTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    @ParameterizedTest
    @CsvSource({
        "0,FAST",
        "1,FAST",
        "33,FAST",
        "700,FAST",
        "1,INVARIANT",
        "33,INVARIANT",
        "700,INVARIANT"
    })
    void gradientsEqualAutograd(int tokens, BatchMode mode) {
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            SwiGlu network = SwiGlu.normal("shared", 17, 131, 0.3, 1, mode);
            Tensor x = Tensors.normal(1, 5, tokens, 17).requires_grad_(true);
            Tensor gradY = Tensors.normal(1, 6, tokens, 17);
            Tensor y = network.forward(x, tape);
            tape.backward(y.mul(gradY).sum());
            List<Tensor> actual = new ArrayList<>(List.of(y.detach(), x.grad().clone()));
            network.parameters().forEach(p -> actual.add(p.gradient().clone()));

            x.grad().zero_();
            network.parameters().forEach(Parameter::zeroGradient);
            Tensor hidden = torch.silu(torch.linear(x, network.gate().value()));
            Tensor product = hidden.mul(torch.linear(x, network.up().value()));
            Tensor expected = torch.linear(product, network.down().value());
            expected.mul(gradY).sum().backward();
            List<Tensor> wanted = new ArrayList<>(List.of(expected.detach(), x.grad()));
            network.parameters().forEach(p -> wanted.add(p.gradient()));
            for (int i = 0; i < wanted.size(); i++) {
                assertThat(torch.allclose(actual.get(i), wanted.get(i), 1e-4, 1e-4, false))
                        .as("tensor %d", i)
                        .isTrue();
            }
        }
    }
}
