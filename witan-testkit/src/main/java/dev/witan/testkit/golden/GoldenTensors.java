// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.golden;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The tensors of one safetensors file, read into memory; F32, BF16 and I64 only.
///
/// For trusted test data: it shares no code with the product's reader, and it checks what a
/// truncated file would break, not what a hostile one would.
public final class GoldenTensors {
    private final Map<String, Entry> entries;
    private final ByteBuffer data;

    private GoldenTensors(Map<String, Entry> entries, ByteBuffer data) {
        this.entries = entries;
        this.data = data;
    }

    private record Entry(String dtype, List<Integer> shape, int begin, int end) {}

    /// Parses a whole file.
    ///
    /// Errors: [IOException] naming the tensor or the length that is wrong.
    public static GoldenTensors parse(byte[] file) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < 8 || buffer.getLong(0) < 2 || buffer.getLong(0) > file.length - 8) {
            throw new IOException(
                    "safetensors header does not fit in a file of " + file.length + " bytes");
        }
        int headerLength = (int) buffer.getLong(0);
        JsonNode header = JsonMapper.shared().readTree(file, 8, headerLength);
        ByteBuffer data = buffer.slice(8 + headerLength, file.length - 8 - headerLength);
        Map<String, Entry> entries = new TreeMap<>();
        for (Map.Entry<String, JsonNode> property : header.properties()) {
            if (!property.getKey().equals("__metadata__")) {
                entries.put(
                        property.getKey(),
                        entry(property.getKey(), property.getValue(), data.capacity()));
            }
        }
        return new GoldenTensors(entries, data.order(ByteOrder.LITTLE_ENDIAN));
    }

    private static Entry entry(String name, JsonNode json, int length) throws IOException {
        List<Integer> shape = new ArrayList<>();
        json.path("shape").forEach(n -> shape.add(n.asInt()));
        String dtype = json.path("dtype").asString();
        int begin = json.path("data_offsets").path(0).asInt();
        int end = json.path("data_offsets").path(1).asInt();
        long expected = size(dtype) * shape.stream().mapToLong(n -> n).reduce(1, (a, b) -> a * b);
        if (begin < 0 || end > length || end - begin != expected) {
            throw new IOException(
                    "tensor %s must have %d bytes inside the file's %d, has %d to %d"
                            .formatted(name, expected, length, begin, end));
        }
        return new Entry(dtype, List.copyOf(shape), begin, end);
    }

    private static int size(String dtype) throws IOException {
        return switch (dtype) {
            case "BF16" -> 2;
            case "F32" -> 4;
            case "I64" -> 8;
            default -> throw new IOException("dtype must be F32, BF16 or I64, was " + dtype);
        };
    }

    /// All names, sorted.
    public Set<String> names() {
        return Collections.unmodifiableSet(new TreeSet<>(entries.keySet()));
    }

    /// The shape of a tensor.
    public List<Integer> shape(String name) {
        return entry(name).shape();
    }

    /// The elements of a floating-point tensor in row-major order.
    public double[] values(String name) {
        Entry entry = entry(name);
        ByteBuffer bytes =
                data.slice(entry.begin(), entry.end() - entry.begin())
                        .order(ByteOrder.LITTLE_ENDIAN);
        var values = new double[elements(entry)];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    switch (entry.dtype()) {
                        case "F32" -> bytes.getFloat(4 * i);
                        case "BF16" -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
                        default ->
                                throw new IllegalArgumentException(
                                        name + " must be floating point, is " + entry.dtype());
                    };
        }
        return values;
    }

    /// A floating-point tensor as a matrix whose rows are its last axis; a vector is one row.
    public double[][] matrix(String name) {
        List<Integer> shape = shape(name);
        int columns = shape.isEmpty() ? 1 : shape.getLast();
        double[] flat = values(name);
        var rows = new double[columns == 0 ? 0 : flat.length / columns][];
        for (int r = 0; r < rows.length; r++) {
            rows[r] = Arrays.copyOfRange(flat, r * columns, (r + 1) * columns);
        }
        return rows;
    }

    /// An integer tensor as rows of its last axis.
    public int[][] integers(String name) {
        Entry entry = entry(name);
        if (!entry.dtype().equals("I64")) {
            throw new IllegalArgumentException(name + " must be I64, is " + entry.dtype());
        }
        int columns = entry.shape().getLast();
        var rows = new int[columns == 0 ? 0 : elements(entry) / columns][columns];
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < columns; c++) {
                rows[r][c] = Math.toIntExact(data.getLong(entry.begin() + 8 * (r * columns + c)));
            }
        }
        return rows;
    }

    private Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("no tensor " + name + " among " + entries.size());
        }
        return entry;
    }

    private static int elements(Entry entry) {
        return entry.shape().stream().reduce(1, (a, b) -> a * b);
    }
}
