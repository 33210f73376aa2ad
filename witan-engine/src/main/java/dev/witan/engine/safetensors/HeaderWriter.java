// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import static dev.witan.engine.safetensors.StrictBounds.PREFIX_SIZE;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Canonical order and header bytes of a file to be written.
///
/// The same content gives the same bytes whatever order it came in: tensors by descending [DType],
/// then by the UTF-8 bytes of their names, as the reference library does; metadata by key, where
/// the reference library's order is random.
final class HeaderWriter {
    /// Data starts at a multiple of this, so that 8-byte elements are aligned in a mapped file.
    private static final int ALIGNMENT = 8;

    /// Escapes exactly as the reference library: `/` stays, hexadecimal digits in lower case.
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
                    .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
                    .build();

    /// By UTF-8 bytes, which is by code point; `String` compares UTF-16 units, which differs.
    private static final Comparator<String> BY_UTF8 =
            Comparator.comparing(
                    text -> text.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private HeaderWriter() {}

    /// The tensors in the order of their data.
    ///
    /// Errors: `IllegalArgumentException` for a repeated name or too many tensors.
    static List<TensorData> order(List<TensorData> tensors) {
        if (tensors.size() > SafetensorsLimits.TENSORS_MAX) {
            throw new IllegalArgumentException(
                    "tensors must be at most %d, were %d"
                            .formatted(SafetensorsLimits.TENSORS_MAX, tensors.size()));
        }
        var names = new HashSet<String>();
        for (TensorData tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException(
                        "tensor names must differ, "
                                + TensorNames.quote(tensor.name())
                                + " appears twice");
            }
        }
        return tensors.stream()
                .sorted(
                        Comparator.comparing(TensorData::dtype)
                                .reversed()
                                .thenComparing(TensorData::name, BY_UTF8))
                .toList();
    }

    /// Everything before the data: length, JSON, padding.
    ///
    /// Errors: `IllegalArgumentException` if the result exceeds the limits of a reader.
    static ByteBuffer bytes(Map<String, String> metadata, List<TensorData> ordered) {
        requireWritable(metadata);
        byte[] json = json(metadata, ordered).getBytes(StandardCharsets.UTF_8);
        int length = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
        if (length > SafetensorsLimits.HEADER_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "header must have at most %d bytes, had %d"
                            .formatted(SafetensorsLimits.HEADER_LENGTH_MAX, length));
        }
        var bytes = ByteBuffer.allocate(PREFIX_SIZE + length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(length).put(json);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.flip();
    }

    private static String json(Map<String, String> metadata, List<TensorData> ordered) {
        var text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectPropertyStart(TensorNames.METADATA_KEY);
                metadata.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey(BY_UTF8))
                        .forEach(entry ->
                                json.writeStringProperty(entry.getKey(), entry.getValue()));
                json.writeEndObject();
            }
            long begin = 0;
            for (TensorData tensor : ordered) {
                long end = Math.addExact(begin, tensor.byteSize());
                writeTensor(json, tensor, begin, end);
                begin = end;
            }
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void writeTensor(JsonGenerator json, TensorData tensor, long begin, long end) {
        json.writeObjectPropertyStart(tensor.name());
        json.writeStringProperty("dtype", tensor.dtype().name());
        json.writeArrayPropertyStart("shape");
        tensor.shape().forEach(json::writeNumber);
        json.writeEndArray();
        json.writeArrayPropertyStart("data_offsets");
        json.writeNumber(begin).writeNumber(end);
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void requireWritable(Map<String, String> metadata) {
        if (metadata.size() > SafetensorsLimits.METADATA_ENTRIES_MAX) {
            throw new IllegalArgumentException(
                    "metadata must have at most %d entries, had %d"
                            .formatted(SafetensorsLimits.METADATA_ENTRIES_MAX, metadata.size()));
        }
        try {
            for (Map.Entry<String, String> entry : metadata.entrySet()) {
                TensorNames.requireEncodable(entry.getKey());
                TensorNames.requireEncodable(entry.getValue());
            }
        } catch (HeaderFault fault) {
            throw new IllegalArgumentException("metadata " + fault.getMessage(), fault);
        }
    }
}
