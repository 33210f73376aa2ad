// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import dev.witan.swarm.protocol.Rows;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The rows that a header has announced, while they arrive.
final class Payload {
    private final List<Rows> rows = new ArrayList<>();
    private long missing;
    private int at;
    private long filled;

    /// The shape of one matrix.
    record Shape(int count, int width) {
        long size() {
            return Rows.size(count, width);
        }
    }

    /// Room for the shapes; to be made when their sizes have been checked.
    Payload(List<Shape> shapes) {
        for (Shape shape : shapes) {
            rows.add(Rows.zeros(shape.count, shape.width));
            missing += shape.size();
        }
    }

    static long size(List<Shape> shapes) {
        return shapes.stream().mapToLong(Shape::size).sum();
    }

    /// Takes a chunk in.
    ///
    /// @return false if it is empty or more than was announced
    boolean add(MemorySegment chunk) {
        if (chunk.byteSize() == 0 || chunk.byteSize() > missing) {
            return false;
        }
        missing -= chunk.byteSize();
        long taken = 0;
        while (taken < chunk.byteSize()) {
            MemorySegment target = rows.get(at).data();
            long size = Math.min(chunk.byteSize() - taken, target.byteSize() - filled);
            MemorySegment.copy(chunk, taken, target, filled, size);
            taken += size;
            filled += size;
            if (filled == target.byteSize()) {
                at++;
                filled = 0;
            }
        }
        return true;
    }

    boolean complete() {
        return missing == 0;
    }

    List<Rows> rows() {
        return List.copyOf(rows);
    }
}
