// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.local1991;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

class LocalExpertsMixtureTest {

    /// Experts, inputs, outputs, rows: ones, primes, and row counts around the unrolling by four.
    static List<Arguments> sizes() {
        var sizes =
                new int[][] {
                    {1, 1, 1, 1},
                    {1, 2, 3, 3},
                    {2, 1, 1, 4},
                    {3, 5, 2, 5},
                    {4, 2, 1, 7},
                    {13, 7, 5, 13}
                };
        var arguments = new ArrayList<Arguments>();
        for (int[] size : sizes) {
            for (MixtureLoss loss : MixtureLoss.values()) {
                arguments.add(
                        Arguments.of(new MixtureShape(size[0], size[1], size[2]), size[3], loss));
            }
        }
        return arguments;
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void equalsTheFormulasOfThePaper(MixtureShape shape, int count, MixtureLoss loss) {
        var random = new SplittableRandom(7);
        LocalExpertsMixture mixture = anyMixture(shape, random);
        double[][] inputs = uniform(count, shape.inputs(), random);
        double[][] targets = uniform(count, shape.outputs(), random);
        MixturePass pass = mixture.forward(LabelledRows.of(inputs, targets));

        double total = 0;
        for (int row = 0; row < count; row++) {
            ReferenceMixture reference = ReferenceMixture.of(mixture, inputs[row]);
            double[] posterior = reference.posterior(targets[row]);
            for (int k = 0; k < shape.experts(); k++) {
                assertThat(pass.proportions(k)[row])
                        .isCloseTo(reference.proportions()[k], within(1e-15));
                assertThat(pass.posteriors()[k][row]).isCloseTo(posterior[k], within(1e-14));
            }
            for (int m = 0; m < shape.outputs(); m++) {
                assertThat(pass.blend(m)[row]).isCloseTo(reference.blend()[m], within(2e-15));
            }
            total += reference.error(loss, targets[row]);
        }
        assertThat(pass.loss(loss)).isCloseTo(total / count, within(1e-14));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void gradientEqualsFiniteDifferences(MixtureShape shape, int count, MixtureLoss loss) {
        var random = new SplittableRandom(11);
        LocalExpertsMixture mixture = anyMixture(shape, random);
        LabelledRows rows =
                LabelledRows.of(
                        uniform(count, shape.inputs(), random),
                        uniform(count, shape.outputs(), random));
        double[] gradient = mixture.forward(rows).gradient(loss);

        double step = 1e-5;
        for (int i = 0; i < gradient.length; i++) {
            double above = shifted(mixture, i, step).forward(rows).loss(loss);
            double below = shifted(mixture, i, -step).forward(rows).loss(loss);
            assertThat(gradient[i])
                    .as("parameter %d", i)
                    .isCloseTo((above - below) / (2 * step), within(1e-9));
        }
    }

    @Test
    void lossesDifferAndSoDoTheirGradients() {
        var random = new SplittableRandom(3);
        var shape = new MixtureShape(3, 2, 1);
        MixturePass pass =
                anyMixture(shape, random)
                        .forward(LabelledRows.of(uniform(5, 2, random), uniform(5, 1, random)));
        for (MixtureLoss left : MixtureLoss.values()) {
            for (MixtureLoss right : MixtureLoss.values()) {
                if (left != right) {
                    assertThat(pass.loss(left)).isNotCloseTo(pass.loss(right), within(1e-3));
                    assertThat(pass.gradient(left)).isNotEqualTo(pass.gradient(right));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(MixtureLoss.class)
    void oneExpertHasNothingToGate(MixtureLoss loss) {
        var random = new SplittableRandom(5);
        var shape = new MixtureShape(1, 2, 1);
        double[] gradient =
                anyMixture(shape, random)
                        .forward(LabelledRows.of(uniform(9, 2, random), uniform(9, 1, random)))
                        .gradient(loss);
        for (int i = shape.gateOffset(0); i < gradient.length; i++) {
            assertThat(gradient[i]).isCloseTo(0, within(1e-16));
        }
    }

    @ParameterizedTest
    @EnumSource(MixtureLoss.class)
    void staysFiniteWhereNaiveExponentialsOverflow(MixtureLoss loss) {
        var shape = new MixtureShape(2, 1, 1);
        // Gate logits ±5,000, outputs saturated at 0 and 1: the sure expert is the wrong one.
        var mixture =
                LocalExpertsMixture.of(shape, new double[] {-5000, 0, 5000, 0, 5000, 0, -5000, 0});
        MixturePass pass =
                mixture.forward(LabelledRows.of(new double[][] {{1}}, new double[][] {{1}}));
        assertThat(pass.loss(loss))
                .isCloseTo(loss == MixtureLoss.LIKELIHOOD ? 0.5 : 1, within(1e-12));
        assertThat(Arrays.stream(pass.gradient(loss)).boxed()).allMatch(Double::isFinite);
        assertThat(pass.proportions(0)[0] + pass.proportions(1)[0]).isEqualTo(1);
    }

    @Test
    void nanInOneRowStaysInThatRow() {
        var random = new SplittableRandom(5);
        var shape = new MixtureShape(3, 2, 1);
        double[][] inputs = uniform(6, 2, random);
        double[][] targets = uniform(6, 1, random);
        LocalExpertsMixture mixture = anyMixture(shape, random);
        double[] clean = mixture.forward(LabelledRows.of(inputs, targets)).blend(0);
        inputs[4][1] = Double.NaN;
        double[] blend = mixture.forward(LabelledRows.of(inputs, targets)).blend(0);
        assertThat(blend[4]).isNaN();
        blend[4] = clean[4];
        assertThat(blend).isEqualTo(clean);
    }

    @Test
    void startsWithEqualProportionsAndSmallExperts() {
        var shape = new MixtureShape(8, 2, 1);
        var mixture = LocalExpertsMixture.random(shape, new SplittableRandom(1));
        MixturePass pass =
                mixture.forward(LabelledRows.of(new double[][] {{3, -2}}, new double[][] {{0}}));
        for (int k = 0; k < shape.experts(); k++) {
            assertThat(pass.proportions(k)).containsExactly(0.125);
            assertThat(mixture.gateWeights(k)).containsOnly(0);
            assertThat(Arrays.stream(mixture.expertWeights(k, 0)).boxed())
                    .allMatch(w -> Math.abs(w) <= 0.1 && w != 0);
        }
    }

    @Test
    void descendsTheGradientAndLeavesTheOldMixtureAlone() {
        var shape = new MixtureShape(1, 1, 1);
        var mixture = LocalExpertsMixture.of(shape, new double[] {1, 2, 3, 4});
        var next = mixture.descend(new double[] {1, 0, -1, 2}, 0.5);
        assertThat(next.parameters()).containsExactly(0.5, 2, 3.5, 3);
        assertThat(mixture.parameters()).containsExactly(1, 2, 3, 4);
    }

    /// Two classes that no single line separates; two experts and a gate can.
    @Test
    void learnsWhatOneExpertCannot() {
        var inputs = new double[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
        var rows = LabelledRows.of(inputs, new double[][] {{0}, {1}, {1}, {0}});
        assertThat(errorAfterTraining(1, rows)).isGreaterThan(0.2);
        assertThat(errorAfterTraining(2, rows)).isLessThan(0.01);
    }

    @Test
    void refusesWrongSizes() {
        var shape = new MixtureShape(2, 2, 1);
        var mixture = LocalExpertsMixture.random(shape, new SplittableRandom(1));
        assertThatThrownBy(() -> new MixtureShape(0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("experts must be at least 1, was 0");
        assertThatThrownBy(() -> LocalExpertsMixture.of(shape, new double[3]))
                .hasMessage("parameters must have 12 values, had 3");
        assertThatThrownBy(() -> mixture.descend(new double[13], 1))
                .hasMessage("gradient must have 12 values, had 13");
        assertThatThrownBy(
                        () -> mixture.forward(LabelledRows.of(new double[1][3], new double[1][1])))
                .hasMessage("rows must have 2 inputs and 1 targets, had 3 and 1");
        assertThatThrownBy(() -> LabelledRows.of(new double[0][2], new double[0][1]))
                .hasMessageContaining("at least one row");
        assertThatThrownBy(() -> LabelledRows.of(new double[2][2], new double[1][1]))
                .hasMessageContaining("one row per input row (2), had 1");
        assertThatThrownBy(() -> LabelledRows.of(new double[][] {{1}, {1, 2}}, new double[2][1]))
                .hasMessage("inputs row 1 must have 1 values, had 2");
    }

    private static double errorAfterTraining(int experts, LabelledRows rows) {
        var mixture =
                LocalExpertsMixture.random(
                        new MixtureShape(experts, 2, 1), new SplittableRandom(2));
        var pass = new MixturePass(mixture.shape(), rows);
        for (int epoch = 0; epoch < 3_000; epoch++) {
            mixture = mixture.descend(pass.forward(mixture).gradient(MixtureLoss.LIKELIHOOD), 5);
        }
        return pass.forward(mixture).meanSquaredError();
    }

    private static LocalExpertsMixture anyMixture(MixtureShape shape, RandomGenerator random) {
        var parameters = new double[shape.parameterCount()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = 4 * random.nextDouble() - 2;
        }
        return LocalExpertsMixture.of(shape, parameters);
    }

    private static LocalExpertsMixture shifted(
            LocalExpertsMixture mixture, int parameter, double step) {
        double[] parameters = mixture.parameters();
        parameters[parameter] += step;
        return LocalExpertsMixture.of(mixture.shape(), parameters);
    }

    private static double[][] uniform(int rows, int columns, RandomGenerator random) {
        var values = new double[rows][columns];
        for (double[] row : values) {
            for (int i = 0; i < columns; i++) {
                row[i] = random.nextDouble();
            }
        }
        return values;
    }
}
