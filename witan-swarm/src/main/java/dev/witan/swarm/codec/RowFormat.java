// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The arithmetic of one [RowCodec], after the checks.
///
/// Values pass through small arrays that stay in the nearest cache: the compiler vectorises loops
/// over arrays on every JDK, loops over segments only on some, and the copies in and out also
/// settle byte order and alignment.
interface RowFormat {
    /// Values converted at a time; two arrays of them fit in 32 KiB.
    int CHUNK = 2048;

    /// A float32 as its bits.
    ValueLayout.OfInt BITS = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// A 16-bit number.
    ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Bytes of one row on the wire.
    long rowSize(int width);

    void encode(MemorySegment rows, int rowCount, int width, MemorySegment wire);

    void decode(MemorySegment wire, int rowCount, int width, MemorySegment rows);

    double errorBound(double magnitude, double blockMagnitude);

    /// All ones where the magnitude bits are those of an infinity or of NaN, else zero.
    static int notFinite(int magnitude) {
        return (0x7F7F_FFFF - magnitude) >> 31;
    }
}
