// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.witan.moe.local1991.LabelledRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.SplittableRandom;

class LogisticNetworkTest {

    @ParameterizedTest
    @CsvSource({"1,1,1", "2,6,4", "2,12,7", "3,1,5", "7,5,13"})
    void equalsTheFormulaAndItsFiniteDifferences(int inputs, int hidden, int count) {
        var random = new SplittableRandom(9);
        double[] parameters =
                random.doubles(LogisticNetwork.parameterCount(inputs, hidden), -2, 2).toArray();
        var x = new double[count][];
        var t = new double[count][];
        for (int row = 0; row < count; row++) {
            x[row] = random.doubles(inputs, 0, 1).toArray();
            t[row] = new double[] {random.nextDouble()};
        }
        LabelledRows rows = LabelledRows.of(x, t);
        NetworkPass pass = LogisticNetwork.of(inputs, hidden, parameters).forward(rows);

        assertThat(pass.meanSquaredError())
                .isCloseTo(error(parameters, hidden, x, t), within(1e-14));
        double[] gradient = pass.gradient();
        double step = 1e-5;
        for (int i = 0; i < parameters.length; i++) {
            double[] above = parameters.clone();
            double[] below = parameters.clone();
            above[i] += step;
            below[i] -= step;
            double slope = (error(above, hidden, x, t) - error(below, hidden, x, t)) / (2 * step);
            assertThat(gradient[i]).as("parameter %d", i).isCloseTo(slope / 2, within(1e-9));
        }
    }

    @Test
    void startsWithinTheStatedRangeWithBiases() {
        var network = LogisticNetwork.random(2, 6, new SplittableRandom(1));
        assertThat(network.parameters).hasSize(25);
        for (double weight : network.parameters) {
            assertThat(Math.abs(weight)).isLessThanOrEqualTo(0.1).isNotZero();
        }
    }

    @Test
    void refusesWrongSizes() {
        var network = LogisticNetwork.random(2, 3, new SplittableRandom(1));
        assertThatThrownBy(() -> LogisticNetwork.of(2, 6, new double[24]))
                .hasMessage("parameters must have 25 values, had 24");
        assertThatThrownBy(() -> LogisticNetwork.parameterCount(2, 0))
                .hasMessage("inputs and hidden must be at least 1, were 2 and 0");
        assertThatThrownBy(
                        () -> network.forward(LabelledRows.of(new double[1][2], new double[1][2])))
                .hasMessage("rows must have 2 inputs and 1 target, had 2 and 2");
    }

    private static double error(double[] w, int hidden, double[][] x, double[][] t) {
        double total = 0;
        int outputAt = hidden * (x[0].length + 1);
        for (int row = 0; row < x.length; row++) {
            double sum = w[outputAt + hidden];
            for (int h = 0; h < hidden; h++) {
                double unit = w[h * (x[row].length + 1) + x[row].length];
                for (int d = 0; d < x[row].length; d++) {
                    unit += w[h * (x[row].length + 1) + d] * x[row][d];
                }
                sum += w[outputAt + h] / (1 + Math.exp(-unit));
            }
            double difference = t[row][0] - 1 / (1 + Math.exp(-sum));
            total += difference * difference;
        }
        return total / x.length;
    }
}
