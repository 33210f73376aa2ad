// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Signed bytes with one float32 scale per block of a row.
///
/// A row is its scales, then its codes: `[ceil(D / 64)]` float32, `[D]` int8. A value is code ·
/// scale; the code −128 stands for NaN and leaves the rest of its block as accurate as without it.
/// No block crosses a row, so a row means the same in every message.
final class Int8Format implements RowFormat {
    static final int BLOCK = 64;

    private static final int CODE_MAX = 127;

    /// Below it the reciprocal of a scale would leave the range of float32.
    private static final float SMALLEST = 0x1p-100f;

    /// Added to a magnitude below 2²², it leaves the nearest integer in the lowest bits.
    private static final float ROUNDING = 0x1.8p23f;

    private static final int NAN = 0x7FC0_0000;

    private final int block;

    Int8Format() {
        this(BLOCK);
    }

    /// Another block size, to measure.
    Int8Format(int block) {
        this.block = block;
    }

    @Override
    public long rowSize(int width) {
        return (long) blocks(width) * Float.BYTES + width;
    }

    private int blocks(int width) {
        return Math.ceilDiv(width, block);
    }

    @Override
    public void encode(MemorySegment rows, int rowCount, int width, MemorySegment wire) {
        var row = new int[width];
        var codes = new byte[width];
        var scales = new int[blocks(width)];
        for (int r = 0; r < rowCount; r++) {
            MemorySegment.copy(rows, BITS, (long) r * width * Float.BYTES, row, 0, width);
            for (int b = 0; b < scales.length; b++) {
                int from = b * block;
                int to = Math.min(from + block, width);
                float magnitude = Float.intBitsToFloat(largest(row, from, to));
                scales[b] = Float.floatToRawIntBits(scale(magnitude));
                float inverse = magnitude < SMALLEST ? 0 : CODE_MAX / magnitude;
                quantise(row, from, to, inverse);
            }
            for (int d = 0; d < width; d++) {
                codes[d] = (byte) row[d];
            }
            long at = r * rowSize(width);
            MemorySegment.copy(scales, 0, wire, BITS, at, scales.length);
            long codesAt = at + (long) scales.length * Float.BYTES;
            MemorySegment.copy(codes, 0, wire, ValueLayout.JAVA_BYTE, codesAt, width);
        }
    }

    @Override
    public void decode(MemorySegment wire, int rowCount, int width, MemorySegment rows) {
        var row = new int[width];
        var codes = new byte[width];
        var scales = new int[blocks(width)];
        for (int r = 0; r < rowCount; r++) {
            long at = r * rowSize(width);
            MemorySegment.copy(wire, BITS, at, scales, 0, scales.length);
            long codesAt = at + (long) scales.length * Float.BYTES;
            MemorySegment.copy(wire, ValueLayout.JAVA_BYTE, codesAt, codes, 0, width);
            for (int b = 0; b < scales.length; b++) {
                int from = b * block;
                int to = Math.min(from + block, width);
                widen(codes, row, from, to, Float.intBitsToFloat(scales[b]));
            }
            MemorySegment.copy(row, 0, rows, BITS, (long) r * width * Float.BYTES, width);
        }
    }

    /// Bits of the largest finite magnitude; those of non-negative floats are ordered as they are.
    private static int largest(int[] row, int from, int to) {
        int largest = 0;
        for (int i = from; i < to; i++) {
            int magnitude = row[i] & Integer.MAX_VALUE;
            largest = Math.max(largest, magnitude & ~RowFormat.notFinite(magnitude));
        }
        return largest;
    }

    /// One step down where 127 · scale would be rounded to infinity.
    private static float scale(float magnitude) {
        if (magnitude < SMALLEST) {
            return 0;
        }
        float scale = magnitude / CODE_MAX;
        return Float.isInfinite(scale * CODE_MAX) ? Math.nextDown(scale) : scale;
    }

    /// Codes in the lowest byte, in place of the values.
    private static void quantise(int[] row, int from, int to, float inverse) {
        for (int i = from; i < to; i++) {
            int notFinite = RowFormat.notFinite(row[i] & Integer.MAX_VALUE);
            float scaled = Float.intBitsToFloat(row[i] & ~notFinite) * inverse;
            int code = Float.floatToRawIntBits(scaled + ROUNDING);
            row[i] = code | (notFinite & 0x80);
        }
    }

    private static void widen(byte[] codes, int[] row, int from, int to, float scale) {
        for (int i = from; i < to; i++) {
            int code = codes[i];
            int nan = (code + CODE_MAX) >> 31;
            row[i] = Float.floatToRawIntBits(code * scale) | (nan & NAN);
        }
    }

    @Override
    public double errorBound(double magnitude, double blockMagnitude) {
        return blockMagnitude / 254 * (1 + 0x1p-12) + 0x1p-100;
    }
}
