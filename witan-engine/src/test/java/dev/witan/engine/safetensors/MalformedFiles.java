// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import static dev.witan.engine.safetensors.RawFile.entry;
import static dev.witan.engine.safetensors.RawFile.tensor;
import static dev.witan.engine.safetensors.RawFile.withHeader;
import static dev.witan.engine.safetensors.RawFile.withLength;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A file for every rule of the format and what the reader must say about it.
final class MalformedFiles {
    /// One malformed file; `complaint` is part of the message that it must cause.
    static final class Malformed {
        private final String name;
        private final byte[] bytes;
        private final String complaint;

        private Malformed(String name, byte[] bytes, String complaint) {
            this.name = name;
            this.bytes = bytes;
            this.complaint = complaint;
        }

        String name() {
            return name;
        }

        Path writeTo(Path file) throws IOException {
            return Files.write(file, bytes);
        }

        String complaint() {
            return complaint;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final String U8 = "\"U8\"";
    private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

    private final List<Malformed> files = new ArrayList<>();

    private MalformedFiles() {}

    static List<Malformed> all() {
        var corpus = new MalformedFiles();
        corpus.lengths();
        corpus.json();
        corpus.encoding();
        corpus.names();
        corpus.metadata();
        corpus.entries();
        corpus.numbers();
        corpus.shapes();
        corpus.ranges();
        corpus.layout();
        return List.copyOf(corpus.files);
    }

    private void add(String name, byte[] bytes, String complaint) {
        files.add(new Malformed(name, bytes, complaint));
    }

    private void lengths() {
        add("no bytes", new byte[0], "too few");
        add("seven bytes", new byte[7], "too few");
        add("header of length 0", new byte[8], "does not begin");
        add("length one too large", withLength(3, EMPTY, 0), "only 2 follow");
        add("length one too small", withLength(1, EMPTY, 0), "JSON");
        add("length at the limit", withLength(32 << 20, EMPTY, 0), "only 2 follow");
        add("length above the limit", withLength((32 << 20) + 1, EMPTY, 0), "the limit is");
        add("length of 2^31", withLength(1L << 31, EMPTY, 0), "the limit is");
        add("length of 2^32 + 2", withLength((1L << 32) + 2, EMPTY, 0), "the limit is");
        add("length of 2^63 - 1", withLength(Long.MAX_VALUE, EMPTY, 0), "the limit is");
        add("length of 2^63", withLength(Long.MIN_VALUE, EMPTY, 0), "the limit is");
        add("length of 2^64 - 1", withLength(-1, EMPTY, 0), "18446744073709551615");
        add("length in big-endian", withLength(2L << 56, EMPTY, 0), "the limit is");
    }

    private void json() {
        add("array", withHeader("[]", 0), "does not begin");
        add("space before the brace", withHeader(" {}", 0), "does not begin");
        add("byte order mark", withHeader("\uFEFF{}", 0), "does not begin");
        add("unclosed", withHeader("{", 0), "JSON");
        add("unclosed entry", withHeader("{\"t\":{\"dtype\":\"U8\"", 0), "JSON");
        add("second document", withHeader("{}{}", 0), "goes on");
        add("text after the document", withHeader("{} x", 0), "JSON");
        add("zero bytes as padding", withHeader("{}\0\0", 0), "JSON");
        add("trailing comma", withHeader("{" + entry("t", 0, 1) + ",}", 1), "JSON");
        add("comment", withHeader("{/**/}", 0), "JSON");
        add("single quotes", withHeader("{'t':{}}", 0), "JSON");
        add("unquoted name", withHeader("{t:{}}", 0), "JSON");
        add("deep arrays", withHeader("{\"t\":" + "[".repeat(100_000), 0), "must be an object");
        add("deep objects", withHeader("{\"t\":".repeat(100_000), 0), "unknown field");
        add("deep shape", tensor(U8, "[".repeat(100_000), "[0,1]", 1), "nesting");
        add(
                "deep metadata",
                withHeader("{\"__metadata__\":{\"a\":[[[[]]]]}}", 0),
                "must be a string");
    }

    private void encoding() {
        add("stray continuation byte", name(0x80), "UTF-8");
        add("overlong slash", name(0xC0, 0xAF), "UTF-8");
        add("cut sequence", name(0xE2, 0x82), "UTF-8");
        add("encoded surrogate", name(0xED, 0xA0, 0x80), "UTF-8");
        add("above U+10FFFF", name(0xF4, 0x90, 0x80, 0x80), "UTF-8");
        add("byte 0xFF", name(0xFF), "UTF-8");
        add("raw control character", withHeader("{" + entry("a\nb", 0, 1) + "}", 1), "JSON");
        add("bad escape", withHeader("{" + entry("\\x", 0, 1) + "}", 1), "JSON");
    }

    /// A header whose tensor name is these bytes.
    private static byte[] name(int... bytes) {
        byte[] header =
                ("{" + entry("#".repeat(bytes.length), 0, 1) + "}")
                        .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            header[2 + i] = (byte) bytes[i];
        }
        return withHeader(header, 1);
    }

    private void names() {
        add(
                "NUL in a name",
                withHeader("{" + entry("a\\u0000b", 0, 1) + "}", 1),
                "control character");
        add(
                "line feed in a name",
                withHeader("{" + entry("a\\nb", 0, 1) + "}", 1),
                "control character");
        add("lone surrogate", withHeader("{" + entry("\\ud83d", 0, 1) + "}", 1), "surrogate");
        add("swapped pair", withHeader("{" + entry("\\ude00\\ud83d", 0, 1) + "}", 1), "surrogate");
        add(
                "long name",
                withHeader("{" + entry("n".repeat(4_097), 0, 1) + "}", 1),
                "4097 characters");
        add(
                "repeated name",
                withHeader("{" + entry("a", 0, 1) + "," + entry("a", 1, 2) + "}", 2),
                "appears twice");
        add(
                "name repeated by an escape",
                withHeader("{" + entry("a", 0, 1) + "," + entry("\\u0061", 1, 2) + "}", 2),
                "appears twice");
        add("one tensor too many", tensors(65_537), "more than 65536 tensors");
    }

    /// A file of `count` empty tensors.
    static byte[] tensors(int count) {
        String entries =
                IntStream.range(0, count)
                        .mapToObj(i -> entry(Integer.toString(i), 0, 0))
                        .collect(Collectors.joining(","));
        return withHeader("{" + entries + "}", 0);
    }

    private void metadata() {
        add(
                "metadata null",
                withHeader("{\"__metadata__\":null}", 0),
                "must be an object, was null");
        add(
                "metadata array",
                withHeader("{\"__metadata__\":[]}", 0),
                "must be an object, was an array");
        add("metadata number", withHeader("{\"__metadata__\":{\"a\":1}}", 0), "was an integer");
        add("metadata boolean", withHeader("{\"__metadata__\":{\"a\":true}}", 0), "was a boolean");
        add("metadata nested", withHeader("{\"__metadata__\":{\"a\":{}}}", 0), "was an object");
        add("metadata value null", withHeader("{\"__metadata__\":{\"a\":null}}", 0), "was null");
        add(
                "metadata key twice",
                withHeader("{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"}}", 0),
                "appears twice");
        add(
                "metadata twice",
                withHeader("{\"__metadata__\":{},\"__metadata__\":{}}", 0),
                "appears twice");
        add(
                "metadata surrogate",
                withHeader("{\"__metadata__\":{\"a\":\"\\udc00\"}}", 0),
                "surrogate");
        String entries =
                IntStream.rangeClosed(0, 65_536)
                        .mapToObj(i -> "\"" + i + "\":\"\"")
                        .collect(Collectors.joining(","));
        add(
                "one metadata entry too many",
                withHeader("{\"__metadata__\":{" + entries + "}}", 0),
                "more than 65536 metadata");
    }

    private void entries() {
        add("entry null", withHeader("{\"t\":null}", 0), "must be an object");
        add("entry string", withHeader("{\"t\":\"U8\"}", 0), "must be an object");
        add("entry empty", withHeader("{\"t\":{}}", 0), "\"dtype\" is missing");
        add(
                "no shape",
                withHeader("{\"t\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1),
                "\"shape\"");
        add(
                "no offsets",
                withHeader("{\"t\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1),
                "\"data_offsets\"");
        add(
                "no dtype",
                withHeader("{\"t\":{\"shape\":[1],\"data_offsets\":[0,1]}}", 1),
                "\"dtype\"");
        add("dtype unknown", tensor("\"F31\"", "[1]", "[0,1]", 1), "unknown dtype \"F31\"");
        add("dtype in lower case", tensor("\"u8\"", "[1]", "[0,1]", 1), "unknown dtype");
        add("dtype empty", tensor("\"\"", "[1]", "[0,1]", 1), "unknown dtype");
        add("dtype number", tensor("8", "[1]", "[0,1]", 1), "dtype must be a string");
        add("dtype null", tensor("null", "[1]", "[0,1]", 1), "dtype must be a string");
        add("shape null", tensor(U8, "null", "[0,1]", 1), "shape must be an array");
        add("shape number", tensor(U8, "1", "[0,1]", 1), "shape must be an array");
        add("shape nested", tensor(U8, "[{}]", "[0,1]", 1), "nest");
        add("offsets object", tensor(U8, "[1]", "{}", 1), "data_offsets must be an array");
        add("offsets empty", tensor(U8, "[1]", "[]", 1), "[begin, end]");
        add("one offset", tensor(U8, "[1]", "[0]", 1), "[begin, end]");
        add("three offsets", tensor(U8, "[1]", "[0,1,1]", 1), "[begin, end]");
        add("unknown field", tensor(U8, "[1],\"stride\":[1]", "[0,1]", 1), "unknown field");
        add("field in upper case", tensor(U8, "[1],\"Shape\":[1]", "[0,1]", 1), "unknown field");
        add("dtype twice", tensor(U8 + ",\"dtype\":\"U8\"", "[1]", "[0,1]", 1), "twice");
        add("shape twice", tensor(U8, "[1],\"shape\":[1]", "[0,1]", 1), "twice");
        add("offsets twice", tensor(U8, "[1],\"data_offsets\":[0,1]", "[0,1]", 1), "twice");
    }

    private void numbers() {
        add("negative extent", tensor(U8, "[-1]", "[0,1]", 1), "negative");
        add("two negative extents", tensor(U8, "[-1,-1]", "[0,1]", 1), "negative");
        add("minus zero", tensor(U8, "[-0]", "[0,0]", 0), "negative");
        add("fraction", tensor(U8, "[1.0]", "[0,1]", 1), "was a fraction");
        add("exponent", tensor(U8, "[1e0]", "[0,1]", 1), "was a fraction");
        add("string", tensor(U8, "[\"1\"]", "[0,1]", 1), "was a string");
        add("boolean", tensor(U8, "[true]", "[0,1]", 1), "was a boolean");
        add("null", tensor(U8, "[null]", "[0,1]", 1), "was null");
        add("leading zero", tensor(U8, "[01]", "[0,1]", 1), "JSON");
        add("plus sign", tensor(U8, "[+1]", "[0,1]", 1), "JSON");
        add("hexadecimal", tensor(U8, "[0x1]", "[0,1]", 1), "JSON");
        add("not a number", tensor(U8, "[NaN]", "[0,1]", 1), "JSON");
        add("extent of 2^63", tensor(U8, "[9223372036854775808]", "[0,1]", 1), "63 bits");
        add("extent of 2^64 + 1", tensor(U8, "[18446744073709551617]", "[0,1]", 1), "JSON");
        add("extent of 10000 digits", tensor(U8, "[" + "9".repeat(10_000) + "]", "[0,1]", 1), "");
        add("negative begin", tensor(U8, "[2]", "[-1,1]", 1), "negative");
        add("offset as fraction", tensor(U8, "[1]", "[0,1.0]", 1), "was a fraction");
        add("offset of 2^63", tensor(U8, "[1]", "[0,9223372036854775808]", 1), "63 bits");
    }

    private void shapes() {
        String large = "[4294967296,4294967296]";
        add("product wraps to 0", tensor(U8, large, "[0,0]", 0), "overflows");
        add("bytes wrap to 0", tensor("\"F64\"", "[2305843009213693952]", "[0,0]", 0), "overflows");
        add("bits overflow", tensor(U8, "[1152921504606846976]", "[0,0]", 0), "overflows");
        add(
                "product wraps to 1",
                tensor(U8, "[3,6148914691236517205,3,6148914691236517205]", "[0,1]", 1),
                "overflows");
        add(
                "zero hides an overflow",
                tensor(U8, "[4294967296,4294967296,0]", "[0,0]", 0),
                "overflows");
        add("rank 9", tensor(U8, "[1,1,1,1,1,1,1,1,1]", "[0,1]", 1), "more than 8 axes");
        add("rank 100000", tensor(U8, "[1" + ",1".repeat(99_999) + "]", "[0,1]", 1), "8 axes");
        add("half a byte", tensor("\"F4\"", "[3]", "[0,1]", 1), "whole bytes");
        add("part of a byte", tensor("\"F6_E2M3\"", "[3]", "[0,2]", 2), "whole bytes");
    }

    private void ranges() {
        add("backwards", tensor(U8, "[1]", "[1,0]", 1), "run backwards");
        add("end outside", tensor(U8, "[2]", "[0,2]", 1), "exceed the 1 bytes");
        add("begin and end outside", tensor(U8, "[1]", "[1,2]", 1), "exceed");
        add("far outside", tensor(U8, "[1]", "[0,9223372036854775807]", 1), "exceed");
        add("range too long", tensor(U8, "[1]", "[0,2]", 2), "span 2 bytes");
        add("range too short", tensor("\"U16\"", "[1]", "[0,1]", 1), "need 2");
        add("scalar without bytes", tensor(U8, "[]", "[0,0]", 0), "need 1");
        add("bytes of an empty tensor", tensor(U8, "[0]", "[0,1]", 1), "need 0");
    }

    private void layout() {
        add("same bytes twice", pair(0, 2, 0, 2, 2), "overlaps");
        add("overlap of one byte", pair(0, 2, 1, 3, 3), "overlaps");
        add("one inside another", pair(0, 4, 1, 2, 4), "overlaps");
        add("overlap in other order", pair(1, 3, 0, 2, 3), "overlaps");
        add("empty one inside another", pair(0, 4, 2, 2, 4), "overlaps");
        add("hole at the start", pair(1, 2, 2, 3, 3), "leaves a hole");
        add("hole between", pair(0, 1, 2, 3, 3), "leaves a hole");
        add("hole and overlap", pair(0, 3, 4, 5, 5), "leaves a hole");
        add("byte behind", pair(0, 1, 1, 2, 3), "1 bytes after the last tensor");
        add("data without tensors", withHeader("{}", 1), "1 bytes after the last tensor");
        add("empty tensor behind the end", tensor(U8, "[0]", "[1,1]", 0), "exceed");
        add("empty tensor in a hole", tensor(U8, "[0]", "[1,1]", 2), "leaves a hole");
    }

    private static byte[] pair(long begin1, long end1, long begin2, long end2, int dataSize) {
        String entries = entry("a", begin1, end1) + "," + entry("b", begin2, end2);
        return withHeader("{" + entries + "}", dataSize);
    }
}
