// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.witan.testkit.FiniteDifferences;
import dev.witan.testkit.Seeded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReferenceLocalExpertsTest {
    private static final double[] GATE = Seeded.normal(1, 1, 4)[0];
    private static final double[][] OUTPUTS = Seeded.normal(2, 4, 3);
    private static final double[] TARGET = Seeded.normal(3, 1, 3)[0];

    @ParameterizedTest
    @EnumSource
    void gradientsAgreeWithFiniteDifferences(ReferenceLocalExperts error) {
        var analytic = error.of(GATE, OUTPUTS, TARGET);
        double[][] gate = {
            FiniteDifferences.gradient((double[] g) -> error.of(g, OUTPUTS, TARGET).loss(), GATE)
        };
        double[][] outputs =
                FiniteDifferences.gradient(
                        (double[][] o) -> error.of(GATE, o, TARGET).loss(), OUTPUTS);
        assertThat(FiniteDifferences.relativeError(gate, new double[][] {analytic.gateGradient()}))
                .isLessThan(1e-8);
        assertThat(FiniteDifferences.relativeError(outputs, analytic.outputGradient()))
                .isLessThan(1e-8);
    }

    @Test
    void withOneExpertTheErrorsAreTheSquareAndHalfOfIt() {
        double[] gate = {0};
        double[][] outputs = {{1, 2}};
        double[] target = {2, 0};
        assertThat(ReferenceLocalExperts.COOPERATIVE.of(gate, outputs, target).loss()).isEqualTo(5);
        assertThat(ReferenceLocalExperts.COMPETITIVE.of(gate, outputs, target).loss()).isEqualTo(5);
        assertThat(ReferenceLocalExperts.LIKELIHOOD.of(gate, outputs, target).loss())
                .isEqualTo(2.5);
    }

    @Test
    void blendIsTheMeanUnderEqualProportions() {
        double[][] outputs = {{1, 0}, {3, 1}};
        assertThat(ReferenceLocalExperts.blend(new double[2], outputs))
                .containsExactly(new double[] {2, 0.5}, within(1e-15));
    }
}
