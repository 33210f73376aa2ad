// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The two formats of 16 bits, over all their patterns.
class HalfFormatsTest {
    private static final int PATTERNS = 1 << 16;

    @Test
    void allBfloat16PatternsRoundTripToTheBit() {
        assertThat(again(new Bfloat16Format())).isEqualTo(patterns());
    }

    @Test
    void allFloat16PatternsRoundTripAndNanStaysNan() {
        short[] again = again(new Float16Format());
        short[] patterns = patterns();
        for (int i = 0; i < PATTERNS; i++) {
            boolean nan = (patterns[i] & 0x7FFF) > 0x7C00;
            if (nan) {
                assertThat(again[i] & 0x7FFF).isGreaterThan(0x7C00);
                assertThat(again[i] & 0x8000).isEqualTo(patterns[i] & 0x8000);
            } else {
                assertThat(again[i]).isEqualTo(patterns[i]);
            }
        }
    }

    @Test
    void bfloat16RoundsToNearestTiesToEven() {
        CodecChecks.roundsToNearestEven(new Bfloat16Format(), CodecChecks.anyBits(11, 100_000));
        assertThat(CodecChecks.roundTrip(new Bfloat16Format(), ties(), 1))
                .containsExactly(1f, 0x1.04p0f, 0x1.04p0f, 0x1.02p0f);
    }

    @Test
    void float16AgreesWithTheConversionOfTheJdkWhereThatIsFinite() {
        float[] values = CodecChecks.anyBits(12, 100_000);
        float[] back = CodecChecks.roundTrip(new Float16Format(), values, 1);
        int compared = 0;
        for (int i = 0; i < values.length; i++) {
            float expected = Float.float16ToFloat(Float.floatToFloat16(values[i]));
            if (Float.isFinite(expected)) {
                assertThat(back[i]).isEqualTo(expected);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(10_000);
    }

    @Test
    void overflowSaturatesWithItsSign() {
        float[] values = {65_504f, 65_519.996f, 65_520f, -1e6f, Float.MAX_VALUE, -Float.MAX_VALUE};
        assertThat(CodecChecks.roundTrip(new Float16Format(), values, 3))
                .containsExactly(65_504f, 65_504f, 65_504f, -65_504f, 65_504f, -65_504f);
        float largest = 0x1.FEp127f;
        assertThat(CodecChecks.roundTrip(new Bfloat16Format(), values, 3))
                .endsWith(largest, -largest);
    }

    @Test
    void subnormalsAndSignedZerosAreKept() {
        float[] half = {0x1p-24f, -0x1p-24f, 0x1p-15f, -0f};
        assertThat(CodecChecks.roundTrip(new Float16Format(), half, 1)).isEqualTo(half);
        float[] brain = {0x1p-133f, -0x1p-133f, 0x1p-127f, -0f};
        assertThat(CodecChecks.roundTrip(new Bfloat16Format(), brain, 1)).isEqualTo(brain);
    }

    private static float[] ties() {
        return new float[] {0x1.01p0f, 0x1.03p0f, 0x1.05p0f, 0x1.010002p0f};
    }

    private static short[] patterns() {
        var patterns = new short[PATTERNS];
        for (int i = 0; i < PATTERNS; i++) {
            patterns[i] = (short) i;
        }
        return patterns;
    }

    private static short[] again(RowFormat format) {
        MemorySegment wire = MemorySegment.ofArray(new byte[2 * PATTERNS]);
        MemorySegment.copy(patterns(), 0, wire, RowFormat.HALF, 0, PATTERNS);
        MemorySegment values = MemorySegment.ofArray(new byte[4 * PATTERNS]);
        format.decode(wire, 256, 256, values);
        format.encode(values, 256, 256, wire);
        return wire.toArray(ValueLayout.JAVA_SHORT_UNALIGNED);
    }
}
