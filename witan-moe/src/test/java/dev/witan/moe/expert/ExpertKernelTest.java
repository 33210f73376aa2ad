// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.witan.engine.Engine;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Matrices;
import dev.witan.moe.ReferenceExperts;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.Algebra;
import dev.witan.testkit.reference.ReferenceExpert;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Each kernel's forward and backward pass against the same expert in float64.
class ExpertKernelTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            for (int rows : new int[] {1, 7, 13, 64}) {
                cases.add(Arguments.of(new SwiGluKernel(1, 1), rows, precision));
                cases.add(Arguments.of(new SwiGluKernel(17, 11), rows, precision));
                cases.add(Arguments.of(new GeluKernel(1, 1), rows, precision));
                cases.add(Arguments.of(new GeluKernel(17, 11), rows, precision));
                cases.add(Arguments.of(new LogisticKernel(1), rows, precision));
                cases.add(Arguments.of(new LogisticKernel(17), rows, precision));
            }
        }
        return cases.stream();
    }

    /// Tolerance: three roundings of operands in a chain of at most three products; the widths keep
    /// sums short.
    @ParameterizedTest
    @MethodSource("cases")
    void forwardAndBackwardAreThePapers(ExpertKernel kernel, int rows, Precision precision) {
        int width = kernel.modelWidth();
        double tolerance = precision == Precision.FLOAT32 ? 2e-5 : 0.08;
        try (Scope scope = Scope.open();
                var noGradient = new NoGradGuard()) {
            var parameters = ExpertParameters.normal("experts", kernel, 1, 0.5, rows);
            Tensor x = Matrices.tensor(Seeded.normalFloats(1, rows, width), width);
            Tensor gradY = Matrices.tensor(Seeded.normalFloats(2, rows, width), width);
            Tensor weights = parameters.parameter().value().select(0, 0);
            ScalarType type = precision.scalarType();
            Tensor saved = Tensors.empty(type, rows, kernel.savedWidth());
            Tensor y = Tensors.empty(type, rows, width);
            Tensor gradX = Tensors.empty(type, rows, width);
            Tensor gradWeights = parameters.parameter().gradient().select(0, 0);
            kernel.forward(weights.to(type), x.to(type), saved, y);
            for (int twice = 0; twice < 2; twice++) {
                kernel.backward(
                        weights.to(type), x.to(type), saved, gradY.to(type), gradX, gradWeights);
            }

            ReferenceExpert reference = ReferenceExperts.of(parameters, 0);
            ReferenceExpert.Gradients expected =
                    reference.backward(Matrices.rows(x), Matrices.rows(gradY));
            assertNear(y, reference.forward(Matrices.rows(x)), tolerance);
            assertNear(gradX, expected.x(), tolerance);
            List<double[][]> expectedWeights =
                    ReferenceExperts.gradients(kernel, expected.weights());
            List<Tensor> actualWeights = ReferenceExperts.gradients(parameters, 0);
            assertThat(actualWeights).hasSameSizeAs(expectedWeights);
            for (int m = 0; m < expectedWeights.size(); m++) {
                double[][] twice = Algebra.map(expectedWeights.get(m), g -> 2 * g);
                assertNear(actualWeights.get(m), twice, tolerance);
            }
        }
    }

    @Test
    void widthsBelowOneAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SwiGluKernel(0, 4))
                .withMessage("modelWidth must be >= 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GeluKernel(4, -1))
                .withMessage("expertWidth must be >= 1, was -1");
        assertThatIllegalArgumentException().isThrownBy(() -> new LogisticKernel(0));
    }

    /// Relative to the largest element: single elements may cancel.
    private static void assertNear(Tensor actual, double[][] expected, double tolerance) {
        double largest = 1;
        for (double value : Matrices.flat(expected)) {
            largest = Math.max(largest, Math.abs(value));
        }
        double[] values = Tensors.toDoubles(actual);
        double[] wanted = Matrices.flat(expected);
        assertThat(values).hasSameSizeAs(wanted);
        for (int i = 0; i < values.length; i++) {
            assertThat(Math.abs(values[i] - wanted[i])).isLessThanOrEqualTo(tolerance * largest);
        }
    }
}
