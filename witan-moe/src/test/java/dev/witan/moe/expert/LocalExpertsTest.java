// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.witan.engine.Engine;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Experts;
import dev.witan.moe.Matrices;
import dev.witan.moe.ReferenceExperts;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.ReferenceExpert;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.List;

class LocalExpertsTest {
    private static final int EXPERTS = 5;
    private static final int WIDTH = 9;
    private static final ExpertKernel KERNEL = new SwiGluKernel(WIDTH, 6);

    @BeforeAll
    static void start() {
        Engine.start();
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, 0",
        "FLOAT32, 1",
        "FLOAT32, 13",
        "FLOAT32, 64",
        "BFLOAT16, 0",
        "BFLOAT16, 1",
        "BFLOAT16, 31",
        "BFLOAT16, 32",
        "BFLOAT16, 33",
        "BFLOAT16, 64",
        "BFLOAT16, 65"
    })
    void everyRowIsAnsweredByItsExpert(Precision precision, int tokens) {
        check(precision, Seeded.integers(tokens, tokens, EXPERTS));
    }

    @ParameterizedTest
    @EnumSource
    void allTokensMayGoToOneExpertAndNoneToOthers(Precision precision) {
        for (int tokens : new int[] {1, 32, 40}) {
            int[] ids = new int[tokens];
            Arrays.fill(ids, 3);
            check(precision, ids);
        }
    }

    @ParameterizedTest
    @EnumSource
    void gradientsOfTwoCallsAddUp(Precision precision) {
        int[] ids = Seeded.integers(4, 13, EXPERTS);
        try (Scope scope = Scope.open();
                var noGradient = new NoGradGuard()) {
            var parameters = ExpertParameters.normal("experts", KERNEL, EXPERTS, 0.5, 1);
            var experts = new LocalExperts(parameters, precision);
            backward(experts, ids, 1);
            float[] once = Tensors.toFloats(parameters.parameter().gradient());
            backward(experts, ids, 1);
            float[] twice = Tensors.toFloats(parameters.parameter().gradient());
            for (int i = 0; i < once.length; i++) {
                assertThat(twice[i])
                        .isCloseTo(
                                2 * once[i],
                                org.assertj.core.data.Offset.offset(
                                        1e-5f * (1 + Math.abs(once[i]))));
            }
            parameters.parameter().zeroGradient();
            assertThat(Tensors.toFloats(parameters.parameter().gradient())).containsOnly(0f);
        }
    }

    @Test
    void replacingOneMatrixChangesOnlyItsExpert() {
        try (Scope scope = Scope.open()) {
            var parameters = ExpertParameters.normal("experts", KERNEL, EXPERTS, 0.5, 1);
            float[] before = ReferenceExperts.values(parameters);
            Tensor matrix = Tensors.normal(1, 77, WIDTH, 6);
            parameters.replace(2, "down_proj.weight", matrix);
            float[] after = ReferenceExperts.values(parameters);
            int size = KERNEL.size();
            int from = 2 * size + 2 * 6 * WIDTH;
            for (int i = 0; i < before.length; i++) {
                if (i < from || i >= 3 * size) {
                    assertThat(after[i]).isEqualTo(before[i]);
                }
            }
            assertThat(Arrays.copyOfRange(after, from, 3 * size))
                    .isEqualTo(Tensors.toFloats(matrix));
        }
    }

    @Test
    void anExpertSavedAloneIsLoadedToTheLastBit() {
        try (Scope scope = Scope.open()) {
            var source = ExpertParameters.normal("source", KERNEL, EXPERTS, 0.5, 1);
            var target = ExpertParameters.normal("target", KERNEL, EXPERTS, 0.5, 2);
            float[] before = ReferenceExperts.values(target);
            source.matrices(4).forEach((name, matrix) -> target.replace(1, name, matrix));
            float[] after = ReferenceExperts.values(target);
            int size = KERNEL.size();
            assertThat(Arrays.copyOfRange(after, size, 2 * size))
                    .isEqualTo(
                            Arrays.copyOfRange(
                                    ReferenceExperts.values(source), 4 * size, 5 * size));
            System.arraycopy(before, size, after, size, size);
            assertThat(after).isEqualTo(before);
        }
    }

    @Test
    void replacedWeightsAnswerAfterRefresh() {
        for (Precision precision : Precision.values()) {
            try (Scope scope = Scope.open();
                    var noGradient = new NoGradGuard()) {
                var parameters = ExpertParameters.normal("experts", KERNEL, EXPERTS, 0.5, 1);
                var experts = new LocalExperts(parameters, precision);
                Tensor x = Tensors.normal(1, 5, EXPERTS, WIDTH);
                DispatchPlan plan = DispatchPlan.of(new int[] {0, 1, 2, 3, 4}, 5, 1, EXPERTS);
                double[][] before = Matrices.rows(experts.apply(plan, x, false).rows());
                parameters.replace(
                        3,
                        "down_proj.weight",
                        Tensors.zeros(
                                org.bytedeco.pytorch.global.torch.ScalarType.Float, WIDTH, 6));
                double[][] after = Matrices.rows(experts.apply(plan, x, false).rows());
                assertThat(after[3]).containsOnly(0);
                for (int t : new int[] {0, 1, 2, 4}) {
                    assertThat(after[t]).isEqualTo(before[t]);
                }
            }
        }
    }

    @Test
    void wrongSizesAreRefused() {
        try (Scope scope = Scope.open()) {
            var parameters = ExpertParameters.normal("experts", KERNEL, EXPERTS, 0.5, 1);
            var experts = new LocalExperts(parameters, Precision.FLOAT32);
            DispatchPlan plan = DispatchPlan.of(new int[] {0}, 1, 1, EXPERTS);
            Tensor wide = Tensors.normal(1, 5, 1, WIDTH + 1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> experts.apply(plan, wide, false))
                    .withMessage("x must have shape [1, 9]");
            DispatchPlan other = DispatchPlan.of(new int[] {0}, 1, 1, 3);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> experts.apply(other, wide, false));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> parameters.replace(0, "no_proj.weight", wide));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> parameters.replace(0, "up_proj.weight", wide));
            assertThatIllegalArgumentException().isThrownBy(() -> parameters.matrices(EXPERTS));
        }
    }

    /// One slot per token: rows and gradients of every token against its own expert in float64.
    private static void check(Precision precision, int[] ids) {
        double tolerance = precision == Precision.FLOAT32 ? 2e-5 : 0.1;
        try (Scope scope = Scope.open();
                var noGradient = new NoGradGuard()) {
            var parameters = ExpertParameters.normal("experts", KERNEL, EXPERTS, 0.5, 1);
            var experts = new LocalExperts(parameters, precision);
            DispatchPlan plan = DispatchPlan.of(ids, ids.length, 1, EXPERTS);
            double[][] x = Seeded.normalFloats(7, ids.length, WIDTH);
            double[][] gradRows = Seeded.normalFloats(8, ids.length, WIDTH);
            Experts.Call call = experts.apply(plan, Matrices.tensor(x, WIDTH), true);
            Tensor gradX = call.backward(Matrices.tensor(gradRows, WIDTH));
            double[][] rows = Matrices.rows(call.rows());
            double[][] gradients = Matrices.rows(gradX);
            for (int e = 0; e < EXPERTS; e++) {
                int first = plan.firstRow(e);
                int count = plan.rowsOf(e);
                double[][] input = new double[count][];
                for (int r = 0; r < count; r++) {
                    input[r] = x[plan.token(first + r)];
                }
                ReferenceExpert reference = ReferenceExperts.of(parameters, e);
                double[][] upstream = Arrays.copyOfRange(gradRows, first, first + count);
                ReferenceExpert.Gradients expected = reference.backward(input, upstream);
                assertNear(
                        Arrays.copyOfRange(rows, first, first + count),
                        reference.forward(input),
                        tolerance);
                assertNear(
                        Arrays.copyOfRange(gradients, first, first + count),
                        expected.x(),
                        tolerance);
                List<Tensor> actual = ReferenceExperts.gradients(parameters, e);
                for (int m = 0; m < actual.size(); m++) {
                    assertNear(Matrices.rows(actual.get(m)), expected.weights().get(m), tolerance);
                }
            }
        }
    }

    private static void assertNear(double[][] actual, double[][] expected, double tolerance) {
        double[] values = Matrices.flat(actual);
        double[] wanted = Matrices.flat(expected);
        assertThat(values).hasSameSizeAs(wanted);
        double largest = Math.max(1, Arrays.stream(wanted).map(Math::abs).max().orElse(0));
        for (int i = 0; i < values.length; i++) {
            assertThat(Math.abs(values[i] - wanted[i])).isLessThanOrEqualTo(tolerance * largest);
        }
    }

    private static void backward(LocalExperts experts, int[] ids, long seed) {
        DispatchPlan plan = DispatchPlan.of(ids, ids.length, 1, EXPERTS);
        Experts.Call call = experts.apply(plan, Tensors.normal(1, seed, ids.length, WIDTH), true);
        call.backward(Tensors.normal(1, seed + 1, ids.length, WIDTH));
    }
}
