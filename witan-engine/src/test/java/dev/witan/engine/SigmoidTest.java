// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigmoidTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    @Test
    void valuesAndGradientsAreThoseOfTheLibraryAlsoAtTheEnds() {
        float[] values = {0, -0f, 1, -1, 20, -20, 89, -89, 1e30f, -1e30f, Float.MIN_VALUE};
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            Tensor x = Tensors.of(values, values.length).requires_grad_(true);
            Tensor y = Sigmoid.of(x, tape);
            tape.backward(y.sum());
            Tensor other = Tensors.of(values, values.length).requires_grad_(true);
            Tensor expected = torch.sigmoid(other);
            expected.sum().backward();
            assertThat(torch.allclose(y, expected, 1e-6, 1e-38, false)).isTrue();
            assertThat(torch.allclose(x.grad(), other.grad(), 1e-6, 1e-7, false)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 63, 64, 67})
    void elementsAreIndependentToTheBit(int width) {
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            assertThat(
                            RowIndependence.holds(
                                    x -> Sigmoid.of(x, tape), Tensors.normal(1, 4, 1, width)))
                    .isTrue();
        }
    }
}
