// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Bytes of safetensors files, well formed or not, put together by hand.
final class RawFile {
    private RawFile() {}

    /// A file with this header, its true length before it and `dataSize` zero bytes behind it.
    static byte[] withHeader(String json, int dataSize) {
        return withHeader(json.getBytes(StandardCharsets.UTF_8), dataSize);
    }

    static byte[] withHeader(byte[] header, int dataSize) {
        return withLength(header.length, header, dataSize);
    }

    /// A file whose length field says `length`, whatever the header has.
    static byte[] withLength(long length, byte[] header, int dataSize) {
        return ByteBuffer.allocate(Long.BYTES + header.length + dataSize)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header)
                .array();
    }

    /// A file with the single tensor `t`, given by its fields.
    static byte[] tensor(String dtype, String shape, String offsets, int dataSize) {
        return withHeader(
                "{\"t\":{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s}}"
                        .formatted(dtype, shape, offsets),
                dataSize);
    }

    /// One entry of a header: a U8 vector.
    static String entry(String name, long begin, long end) {
        return "\"%s\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
                .formatted(name, end - begin, begin, end);
    }

    static byte[] resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(RawFile.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
