// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.local1991;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

class PortableExpTest {

    @Test
    void staysWithinThreeUnitsOfStrictMath() {
        var random = new SplittableRandom(1);
        double[] arguments = random.doubles(100_000, -708, 708).toArray();
        double[] values = arguments.clone();
        PortableExp.exp(values, new double[values.length]);
        for (int i = 0; i < values.length; i++) {
            double expected = StrictMath.exp(arguments[i]);
            // StrictMath itself is within 1 unit of the true value.
            assertThat(Math.abs(values[i] - expected) / Math.ulp(expected))
                    .as("exp(%s)", arguments[i])
                    .isLessThanOrEqualTo(3);
        }
    }

    @Test
    void isExactAtZeroAndClampedAtTheEnds() {
        double[] values = {
            0,
            -0.0,
            1e-300,
            708,
            709,
            1e300,
            Double.POSITIVE_INFINITY,
            -708,
            Double.NEGATIVE_INFINITY,
            Double.NaN
        };
        PortableExp.exp(values, new double[values.length]);
        assertThat(values[0]).isEqualTo(1);
        assertThat(values[1]).isEqualTo(1);
        assertThat(values[2]).isEqualTo(1);
        assertThat(values[3]).isBetween(3.02e307, 3.03e307);
        assertThat(values[4]).isEqualTo(values[3]);
        assertThat(values[5]).isEqualTo(values[3]);
        assertThat(values[6]).isEqualTo(values[3]);
        assertThat(values[7]).isBetween(3.30e-308, 3.31e-308);
        assertThat(values[8]).isEqualTo(values[7]);
        assertThat(values[9]).isNaN();
    }

    @Test
    void givesTheseBitsEverywhere() {
        // Recorded here, some of them one unit from the nearest double.
        double[] values = {1, -1, 0.5, -10, 100};
        PortableExp.exp(values, new double[values.length]);
        assertThat(values)
                .containsExactly(
                        Math.E,
                        0.36787944117144233,
                        1.6487212707001284,
                        4.539992976248485e-5,
                        2.6881171418161356e43);
    }

    @Test
    void givesTheSameBitsInterpretedAndCompiled() {
        double[] arguments = new SplittableRandom(2).doubles(401, -20, 20).toArray();
        double[] first = arguments.clone();
        var scratch = new double[arguments.length];
        PortableExp.exp(first, scratch);
        double[] values = {};
        for (int repetition = 0; repetition < 20_000; repetition++) {
            values = arguments.clone();
            PortableExp.exp(values, scratch);
        }
        assertThat(values).isEqualTo(first);
    }

    @Test
    void takesAnEmptyArray() {
        double[] values = {};
        PortableExp.exp(values, values);
        assertThat(values).isEmpty();
    }
}
