// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.witan.testkit.FiniteDifferences;
import dev.witan.testkit.Seeded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class ReferenceExpertTest {
    private static final int WIDTH = 5;
    private static final int HIDDEN = 7;

    static Stream<ReferenceExpert> experts() {
        return Stream.of(
                new ReferenceSwiGlu(
                        Seeded.normal(1, HIDDEN, WIDTH),
                        Seeded.normal(2, HIDDEN, WIDTH),
                        Seeded.normal(3, WIDTH, HIDDEN)),
                new ReferenceGeluFfn(
                        Seeded.normal(4, HIDDEN, WIDTH),
                        Seeded.normal(5, 1, HIDDEN),
                        Seeded.normal(6, WIDTH, HIDDEN),
                        Seeded.normal(7, 1, WIDTH)),
                new ReferenceLogisticUnit(Seeded.normal(8, WIDTH, WIDTH)));
    }

    @ParameterizedTest
    @MethodSource("experts")
    void gradientsAgreeWithFiniteDifferences(ReferenceExpert expert) {
        double[][] x = Seeded.normal(20, 3, WIDTH);
        double[][] direction = Seeded.normal(21, 3, WIDTH);
        var analytic = expert.backward(x, direction);
        assertClose(
                FiniteDifferences.gradient(
                        (double[][] p) -> Algebra.inner(expert.forward(p), direction), x),
                analytic.x());
        for (int i = 0; i < expert.weights().size(); i++) {
            int index = i;
            double[][] numeric =
                    FiniteDifferences.gradient(
                            (double[][] w) ->
                                    Algebra.inner(
                                            expert.withWeights(replaced(expert, index, w))
                                                    .forward(x),
                                            direction),
                            expert.weights().get(i));
            assertClose(numeric, analytic.weights().get(i));
        }
    }

    @ParameterizedTest
    @MethodSource("experts")
    void noRowsGiveNoOutputAndZeroGradients(ReferenceExpert expert) {
        double[][] none = {};
        assertThat(expert.forward(none)).isEmpty();
        var gradients = expert.backward(none, none);
        assertThat(gradients.x()).isEmpty();
        assertThat(gradients.weights().getFirst())
                .isDeepEqualTo(Algebra.zerosLike(expert.weights().getFirst()));
    }

    @ParameterizedTest
    @MethodSource("experts")
    void rowsDoNotTouchEachOther(ReferenceExpert expert) {
        double[][] x = Seeded.normal(30, 4, WIDTH);
        double[][] together = expert.forward(x);
        for (int t = 0; t < 4; t++) {
            assertThat(expert.forward(new double[][] {x[t]})[0]).containsExactly(together[t]);
        }
    }

    @Test
    void swiGluByHand() {
        var expert =
                new ReferenceSwiGlu(
                        new double[][] {{1}}, new double[][] {{3}}, new double[][] {{2}});
        // 2 · silu(1) · 3 = 6/(1 + e⁻¹)
        assertThat(expert.forward(new double[][] {{1}})[0][0])
                .isCloseTo(6 / (1 + Math.exp(-1)), within(1e-15));
    }

    @Test
    void geluIsTheExactOne() {
        var expert = ReferenceGeluFfn.withoutBias(new double[][] {{1}}, new double[][] {{1}});
        // the tanh approximation gives 0.84119
        assertThat(expert.forward(new double[][] {{1}})[0][0])
                .isCloseTo(0.841344746068543, within(1e-14));
    }

    @Test
    void refusesAWrongNumberOfWeights() {
        var unit = new ReferenceLogisticUnit(new double[][] {{1}});
        assertThatThrownBy(() -> unit.withWeights(List.of()))
                .hasMessage("weights must be 1 matrices, were 0");
    }

    private static List<double[][]> replaced(ReferenceExpert expert, int index, double[][] weight) {
        List<double[][]> weights = new ArrayList<>(expert.weights());
        weights.set(index, weight);
        return weights;
    }

    private static void assertClose(double[][] numeric, double[][] analytic) {
        assertThat(FiniteDifferences.relativeError(numeric, analytic)).isLessThan(1e-8);
    }
}
