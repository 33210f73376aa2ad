// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.codec;

import java.lang.foreign.MemorySegment;

/// The values themselves; NaN payloads and signs included.
final class Float32Format implements RowFormat {
    @Override
    public long rowSize(int width) {
        return (long) width * Float.BYTES;
    }

    @Override
    public void encode(MemorySegment rows, int rowCount, int width, MemorySegment wire) {
        wire.copyFrom(rows);
    }

    @Override
    public void decode(MemorySegment wire, int rowCount, int width, MemorySegment rows) {
        rows.copyFrom(wire);
    }

    @Override
    public double errorBound(double magnitude, double blockMagnitude) {
        return 0;
    }
}
