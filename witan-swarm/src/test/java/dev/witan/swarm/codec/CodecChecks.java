// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/// What every format must keep, as checks that faulty variants can be put to as well.
final class CodecChecks {
    private CodecChecks() {}

    static float[] roundTrip(RowFormat format, float[] values, int width) {
        int rows = values.length / width;
        MemorySegment wire = encode(format, values, width);
        var back = new float[values.length];
        format.decode(wire, rows, width, MemorySegment.ofArray(back));
        return back;
    }

    static MemorySegment encode(RowFormat format, float[] values, int width) {
        int rows = values.length / width;
        var wire = MemorySegment.ofArray(new byte[(int) (rows * format.rowSize(width))]);
        format.encode(MemorySegment.ofArray(values), rows, width, wire);
        return wire;
    }

    /// Every element within the stated bound, whatever its neighbours are.
    static void keepsTheBound(RowFormat format, float[] values, int width) {
        float[] back = roundTrip(format, values, width);
        for (int i = 0; i < values.length; i++) {
            if (Float.isFinite(values[i])) {
                double bound = format.errorBound(Math.abs(values[i]), magnitude(values, i, width));
                assertThat(Math.abs((double) values[i] - back[i]))
                        .as("value %s at %d became %s", values[i], i, back[i])
                        .isLessThanOrEqualTo(bound);
            }
        }
    }

    /// Finite stays finite, NaN stays NaN, infinities keep their sign or become NaN.
    static void keepsWhatIsNotFinite(RowFormat format, float[] values, int width) {
        float[] back = roundTrip(format, values, width);
        for (int i = 0; i < values.length; i++) {
            assertThat(Float.isFinite(back[i]))
                    .as("%s at %d became %s", values[i], i, back[i])
                    .isEqualTo(Float.isFinite(values[i]));
            if (Float.isNaN(values[i])) {
                assertThat(back[i]).isNaN();
            } else if (Float.isInfinite(values[i]) && !Float.isNaN(back[i])) {
                assertThat(back[i]).isEqualTo(values[i]);
            }
        }
    }

    /// Two neighbours of the coarser grid, told apart in float64.
    static void roundsToNearestEven(RowFormat format, float[] values) {
        float[] back = roundTrip(format, values, 1);
        for (int i = 0; i < values.length; i++) {
            if (Math.abs(values[i]) > 0x1.FEp127f || Float.isNaN(values[i])) {
                continue;
            }
            int bits = Float.floatToRawIntBits(values[i]);
            float towardsZero = Float.intBitsToFloat(bits & 0xFFFF_0000);
            float away = Float.intBitsToFloat((bits & 0xFFFF_0000) + 0x1_0000);
            double below = Math.abs((double) values[i] - towardsZero);
            double above = Math.abs((double) away - values[i]);
            boolean even = (bits & 0x1_0000) == 0;
            boolean down = below < above || (below == above && even);
            assertThat(back[i]).as("%a", values[i]).isEqualTo(down ? towardsZero : away);
        }
    }

    /// A message of many rows is the messages of its rows, one after the other.
    static void rowsStandAlone(RowFormat format, float[] values, int width) {
        MemorySegment all = encode(format, values, width);
        long size = format.rowSize(width);
        for (int r = 0; r < values.length / width; r++) {
            var row = java.util.Arrays.copyOfRange(values, r * width, (r + 1) * width);
            assertThat(encode(format, row, width).mismatch(all.asSlice(r * size, size)))
                    .as("row %d of width %d", r, width)
                    .isEqualTo(-1);
        }
    }

    /// Any bits: numbers of all magnitudes, subnormals, infinities and NaN.
    static float[] anyBits(long seed, int length) {
        var random = new SplittableRandom(seed);
        var values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = Float.intBitsToFloat(random.nextInt());
        }
        return values;
    }

    static float[] normal(long seed, int length) {
        var random = new SplittableRandom(seed);
        var values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double magnitude(float[] values, int at, int width) {
        int row = at - at % width;
        int from = row + at % width / Int8Format.BLOCK * Int8Format.BLOCK;
        int to = Math.min(from + Int8Format.BLOCK, row + width);
        double largest = 0;
        for (int i = from; i < to; i++) {
            if (Float.isFinite(values[i])) {
                largest = Math.max(largest, Math.abs(values[i]));
            }
        }
        return largest;
    }
}
