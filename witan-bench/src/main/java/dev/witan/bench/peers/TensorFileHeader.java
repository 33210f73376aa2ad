// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;

/// The head of a safetensors file whose tensors lie one after the other in the order of adding.
///
/// Of its own, so that making the work needs neither libtorch nor 150 MB of tensors in memory.
/// Names must need no escape in JSON.
final class TensorFileHeader {
    private static final int ALIGNMENT = 8;

    private final StringJoiner entries = new StringJoiner(",", "{", "}");
    private long offset;

    void add(String name, String dtype, List<Integer> shape) {
        long elements = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        long end = offset + elements * elementBytes(dtype);
        entries.add(
                "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                        .formatted(name, dtype, shape, offset, end));
        offset = end;
    }

    /// Length prefix and JSON, filled with blanks so that the data start at a multiple of eight.
    byte[] bytes() {
        byte[] json = entries.toString().getBytes(StandardCharsets.UTF_8);
        int length = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
        ByteBuffer head = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(length).put(json);
        while (head.hasRemaining()) {
            head.put((byte) ' ');
        }
        return head.array();
    }

    private static int elementBytes(String dtype) {
        return switch (dtype) {
            case "F32" -> Float.BYTES;
            case "I64" -> Long.BYTES;
            default -> throw new IllegalArgumentException("dtype must be F32 or I64, was " + dtype);
        };
    }
}
