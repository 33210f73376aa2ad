// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// One protobuf message under construction: the five field kinds that event files use.
///
/// Source: <https://protobuf.dev/programming-guides/encoding/>.
final class ProtobufMessage {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ProtobufMessage int64(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    ProtobufMessage float64(int field, double value) {
        tag(field, FIXED64);
        littleEndian(Double.doubleToLongBits(value), Double.BYTES);
        return this;
    }

    ProtobufMessage float32(int field, float value) {
        tag(field, FIXED32);
        littleEndian(Float.floatToIntBits(value), Float.BYTES);
        return this;
    }

    ProtobufMessage string(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtobufMessage message(int field, ProtobufMessage value) {
        return bytes(field, value.toByteArray());
    }

    /// A repeated double field in its packed form.
    ProtobufMessage float64s(int field, List<Double> values) {
        tag(field, LENGTH_DELIMITED);
        varint((long) values.size() * Double.BYTES);
        values.forEach(value -> littleEndian(Double.doubleToLongBits(value), Double.BYTES));
        return this;
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }

    private ProtobufMessage bytes(int field, byte[] value) {
        tag(field, LENGTH_DELIMITED);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    private void tag(int field, int wireType) {
        varint(((long) field << 3) | wireType);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    private void littleEndian(long bits, int size) {
        for (int i = 0; i < size; i++) {
            bytes.write((int) (bits >>> (8 * i)));
        }
    }
}
