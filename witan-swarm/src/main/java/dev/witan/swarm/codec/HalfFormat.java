// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.codec;

import java.lang.foreign.MemorySegment;

/// A format of two bytes per value, in which a value depends on no other.
abstract class HalfFormat implements RowFormat {
    /// Rounds `count` values given by their bits; may overwrite `bits`.
    abstract void narrow(int[] bits, short[] halves, int count);

    /// The bits of the float32 values that `count` halves stand for.
    abstract void widen(short[] halves, int[] bits, int count);

    @Override
    public final long rowSize(int width) {
        return (long) width * Short.BYTES;
    }

    @Override
    public final void encode(MemorySegment rows, int rowCount, int width, MemorySegment wire) {
        long elements = (long) rowCount * width;
        var bits = new int[(int) Math.min(CHUNK, elements)];
        var halves = new short[bits.length];
        for (long at = 0; at < elements; at += CHUNK) {
            int count = (int) Math.min(CHUNK, elements - at);
            MemorySegment.copy(rows, BITS, at * Float.BYTES, bits, 0, count);
            narrow(bits, halves, count);
            MemorySegment.copy(halves, 0, wire, HALF, at * Short.BYTES, count);
        }
    }

    @Override
    public final void decode(MemorySegment wire, int rowCount, int width, MemorySegment rows) {
        long elements = (long) rowCount * width;
        var bits = new int[(int) Math.min(CHUNK, elements)];
        var halves = new short[bits.length];
        for (long at = 0; at < elements; at += CHUNK) {
            int count = (int) Math.min(CHUNK, elements - at);
            MemorySegment.copy(wire, HALF, at * Short.BYTES, halves, 0, count);
            widen(halves, bits, count);
            MemorySegment.copy(bits, 0, rows, BITS, at * Float.BYTES, count);
        }
    }
}
