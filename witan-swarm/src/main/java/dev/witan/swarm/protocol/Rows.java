// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A matrix of float32 in row-major order, little-endian, as it travels.
///
/// **Aliasing** the memory is shared, not copied: whoever hands rows over does not change them
/// afterwards.
///
/// @param data the elements, on the heap or outside it
/// @param count number of rows
/// @param width elements per row
public record Rows(MemorySegment data, int count, int width) {
    /// One element.
    public static final ValueLayout.OfFloat ELEMENT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Most bytes of one matrix.
    public static final int MAX_SIZE = 1 << 30;

    /// Checks that the memory has the size of the matrix.
    public Rows {
        if (data.byteSize() != size(count, width)) {
            throw new IllegalArgumentException(
                    "%d rows of width %d take %d bytes, had %d"
                            .formatted(count, width, size(count, width), data.byteSize()));
        }
    }

    /// Rows of zeros.
    public static Rows zeros(int count, int width) {
        byte[] data = new byte[Math.toIntExact(size(count, width))];
        return new Rows(MemorySegment.ofArray(data), count, width);
    }

    /// Bytes of a matrix.
    ///
    /// **Errors** [IllegalArgumentException] above [#MAX_SIZE].
    public static long size(int count, int width) {
        if (count < 0 || width < 0) {
            throw new IllegalArgumentException(
                    "count and width must be >= 0, were " + count + " and " + width);
        }
        long size = (long) count * width;
        if (size > MAX_SIZE / Float.BYTES) {
            throw new IllegalArgumentException(
                    "rows must have at most %d bytes, were %d x %d"
                            .formatted(MAX_SIZE, count, width));
        }
        return size * Float.BYTES;
    }

    /// Bytes of these rows.
    public long size() {
        return data.byteSize();
    }

    /// An element.
    public float get(int row, int column) {
        return data.getAtIndex(ELEMENT, (long) row * width + column);
    }

    /// Sets an element, for whoever is still filling the matrix.
    public void set(int row, int column, float value) {
        data.setAtIndex(ELEMENT, (long) row * width + column, value);
    }

    /// Copies row `from` of `source`, which has the same width, over row `to`.
    public void copyRow(int to, Rows source, int from) {
        long bytes = (long) width * Float.BYTES;
        MemorySegment.copy(source.data, from * bytes, data, to * bytes, bytes);
    }

    /// Whether no element is infinite or undefined.
    public boolean finite() {
        long elements = (long) count * width;
        // 0 x is undefined for every x that is not finite, and so is the sum: no branch in the
        // loop.
        float sum = 0;
        for (long i = 0; i < elements; i++) {
            sum += 0 * data.getAtIndex(ELEMENT, i);
        }
        return sum == 0;
    }
}
