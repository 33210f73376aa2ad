// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

class ExplicitGradientTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    /// a*b with its gradient by hand, for inputs of one shape.
    private static Tensor product(ExplicitGradient tape, Tensor a, Tensor b) {
        Tensor value = a.detach().mul(b.detach());
        return tape.join(
                value,
                List.of(a, b),
                List.of(),
                g -> List.of(g.mul(b.detach()), g.mul(a.detach())));
    }

    @Test
    void valueIsExactEvenForNegativeZeroInfinityAndNan() {
        try (Scope scope = Scope.open()) {
            float[] values = {-0.0f, 0.0f, Float.POSITIVE_INFINITY, Float.NaN, 1.4E-45f, -3};
            Tensor x = Tensors.of(values, 6).requires_grad_(true);
            Tensor y =
                    new ExplicitGradient()
                            .join(x.detach().clone(), List.of(x), List.of(), List::of);
            assertThat(bits(Tensors.toFloats(y))).isEqualTo(bits(values));
        }
    }

    @Test
    void gradientsReachBothInputs() {
        try (Scope scope = Scope.open()) {
            Tensor a = Tensors.of(new float[] {1, 2, 3}, 3).requires_grad_(true);
            Tensor b = Tensors.of(new float[] {4, 5, 6}, 3).requires_grad_(true);
            var tape = new ExplicitGradient();
            tape.backward(product(tape, a.mul(a), b).sum());
            assertThat(Tensors.toFloats(a.grad())).containsExactly(8, 20, 36);
            assertThat(Tensors.toFloats(b.grad())).containsExactly(1, 4, 9);
        }
    }

    @Test
    void functionsChainAndAnUnusedBranchIsIgnored() {
        try (Scope scope = Scope.open()) {
            Tensor a = Tensors.of(new float[] {2}, 1).requires_grad_(true);
            var tape = new ExplicitGradient();
            Tensor square = product(tape, a, a);
            product(tape, square, a);
            tape.backward(product(tape, square, square).sum());
            assertThat(Tensors.toFloats(a.grad())).containsExactly(32);
        }
    }

    @Test
    void backwardRunsBehindAFrozenTrunk() {
        try (Scope scope = Scope.open()) {
            Tensor frozen = Tensors.of(new float[] {1, 2}, 2);
            float[] seen = new float[2];
            var tape = new ExplicitGradient();
            Tensor y =
                    tape.join(
                            frozen.clone(),
                            List.of(frozen),
                            List.of(),
                            g -> {
                                System.arraycopy(Tensors.toFloats(g), 0, seen, 0, 2);
                                return List.of();
                            });
            tape.backward(y.mul(Tensors.of(new float[] {3, 5}, 2)).sum());
            assertThat(seen).containsExactly(3, 5);
        }
    }

    @Test
    void exceptionOfTheBackwardFunctionReachesTheCallerAsItself() {
        try (Scope scope = Scope.open()) {
            Tensor a = Tensors.of(new float[] {1}, 1).requires_grad_(true);
            var failure = new IllegalArgumentException("peer refused");
            var tape = new ExplicitGradient();
            Tensor y =
                    tape.join(
                            a.detach().clone(),
                            List.of(a),
                            List.of(),
                            g -> {
                                throw failure;
                            });
            assertThatThrownBy(() -> tape.backward(y.sum())).isSameAs(failure);
        }
    }

    @Test
    void secondBackwardPassIsRefused() {
        try (Scope scope = Scope.open()) {
            Tensor a = Tensors.of(new float[] {1}, 1).requires_grad_(true);
            var tape = new ExplicitGradient();
            Tensor y = product(tape, a, a);
            Tensor loss = y.sum().add(y.mul(y).sum());
            tape.backward(loss);
            var again = new ExplicitGradient();
            assertThatThrownBy(() -> again.backward(loss)).isInstanceOf(RuntimeException.class);
        }
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
