// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.witan.moe.Matrices;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.ReferenceLosses;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.stream.IntStream;

class ExpertBiasTest {
    @Test
    void updateIsThePapers() {
        for (int experts : new int[] {1, 2, 7, 64}) {
            ExpertBias bias = ExpertBias.zero(experts);
            double[] expected = new double[experts];
            for (int step = 0; step < 50; step++) {
                int[] load = Seeded.integers(step, experts, 5);
                bias.update(load, 0.001);
                long[] counts = Arrays.stream(load).asLongStream().toArray();
                expected = ReferenceLosses.updatedBias(expected, counts, 0.001);
            }
            float[] values = bias.values();
            double[] actual = IntStream.range(0, experts).mapToDouble(e -> values[e]).toArray();
            Matrices.assertClose(actual, expected, 1e-7);
        }
    }

    @Test
    void anExpertAtTheMeanKeepsItsBias() {
        ExpertBias bias = ExpertBias.of(1, 2, 3);
        bias.update(new int[] {4, 2, 0}, 0.5);
        assertThat(bias.values()).containsExactly(0.5f, 2f, 3.5f);
    }

    @Test
    void refusesOtherSizes() {
        ExpertBias bias = ExpertBias.zero(3);
        assertThatIllegalArgumentException().isThrownBy(() -> bias.update(new int[2], 1));
        assertThatIllegalArgumentException().isThrownBy(() -> bias.set(new float[4]));
    }

    @Test
    void valuesAreACopy() {
        ExpertBias bias = ExpertBias.zero(2);
        bias.values()[0] = 7;
        assertThat(bias.values()).containsExactly(0f, 0f);
    }
}
