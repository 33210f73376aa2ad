// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

/// Blocks of int8: how large, and what one odd value does to its neighbours.
class Int8BlockTest {
    @Test
    void blocksOf64AreWorthTheirScales() {
        float[] normal = CodecChecks.normal(1, 1 << 18);
        float[] spiked = CodecChecks.normal(2, 1 << 18);
        var random = new SplittableRandom(3);
        for (int i = 0; i < spiked.length; i++) {
            if (random.nextInt(200) == 0) {
                spiked[i] *= 20;
            }
        }
        double onNormal = meanError(normal, 64) / meanError(normal, 128);
        double onSpiked = meanError(spiked, 64) / meanError(spiked, 128);
        System.out.printf(
                "int8 blocks of 64 against 128: root mean square error %.3f on normal rows, %.3f on"
                        + " spiked rows, bytes %.3f%n",
                onNormal, onSpiked, (64 + 4) / 64.0 / ((128 + 4) / 128.0));
        assertThat(onNormal).isLessThan(0.95);
        assertThat(onSpiked).isLessThan(0.85);
    }

    @Test
    void nanAndInfinityLeaveTheirBlockAsAccurateAsBefore() {
        float[] clean = CodecChecks.normal(4, 64);
        clean[5] = 0;
        clean[6] = 0;
        float[] poisoned = clean.clone();
        poisoned[5] = Float.NaN;
        poisoned[6] = Float.NEGATIVE_INFINITY;
        float[] expected = CodecChecks.roundTrip(new Int8Format(), clean, 64);
        expected[5] = Float.NaN;
        expected[6] = Float.NaN;
        assertThat(CodecChecks.roundTrip(new Int8Format(), poisoned, 64)).isEqualTo(expected);
    }

    @Test
    void extremesStayInside() {
        float max = Float.MAX_VALUE;
        float[] values = {max, -max, max / 2, 0, -0f, 1};
        float[] back = CodecChecks.roundTrip(new Int8Format(), values, values.length);
        assertThat(back[0]).isCloseTo(max, org.assertj.core.api.Assertions.within(max * 1e-6f));
        assertThat(back[1]).isEqualTo(-back[0]);
        assertThat(back[3]).isZero();
        float[] tiny = {0x1p-101f, -0x1p-149f, 0x1p-126f};
        assertThat(CodecChecks.roundTrip(new Int8Format(), tiny, 3)).containsExactly(0f, 0f, 0f);
        float[] small = {0x1p-100f, -0x1p-101f};
        assertThat(CodecChecks.roundTrip(new Int8Format(), small, 2)[0])
                .isCloseTo(0x1p-100f, org.assertj.core.api.Assertions.within(0x1p-120f));
    }

    private static double meanError(float[] values, int block) {
        float[] back = CodecChecks.roundTrip(new Int8Format(block), values, 1024);
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            double error = (double) values[i] - back[i];
            sum += error * error;
        }
        return Math.sqrt(sum / values.length);
    }
}
