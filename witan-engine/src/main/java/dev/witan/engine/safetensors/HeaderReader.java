// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import static dev.witan.engine.safetensors.StrictBounds.PREFIX_SIZE;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Parser of one header: JSON tokens in, a proven [Header] out.
///
/// It pulls tokens and accepts only what the format allows next, so unknown fields, wrong types and
/// deep nesting end at the first wrong token, whatever follows.
final class HeaderReader {
    /// Names are not interned: a table shared by all files would be open to chosen collisions.
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(SafetensorsLimits.JSON_DEPTH_MAX)
                                    .maxDocumentLength(SafetensorsLimits.HEADER_LENGTH_MAX)
                                    .maxNumberLength(SafetensorsLimits.NUMBER_LENGTH_MAX)
                                    .maxStringLength(SafetensorsLimits.HEADER_LENGTH_MAX)
                                    .maxNameLength(SafetensorsLimits.HEADER_LENGTH_MAX)
                                    .build())
                    .build();

    private final JsonParser parser;
    private final BoundsCheck bounds;
    private final long dataStart;
    private final long fileSize;

    private HeaderReader(JsonParser parser, BoundsCheck bounds, long dataStart, long fileSize) {
        this.parser = parser;
        this.bounds = bounds;
        this.dataStart = dataStart;
        this.fileSize = fileSize;
    }

    /// Reads the header bytes of a file of `fileSize` bytes.
    static Header read(byte[] header, long fileSize, BoundsCheck bounds) throws HeaderFault {
        if (header.length == 0 || header[0] != '{') {
            throw new HeaderFault("header does not begin with '{'");
        }
        CharBuffer text = decode(header);
        try (JsonParser parser =
                JSON.createParser(
                        ObjectReadContext.empty(),
                        text.array(),
                        text.arrayOffset(),
                        text.remaining())) {
            long dataStart = (long) PREFIX_SIZE + header.length;
            return new HeaderReader(parser, bounds, dataStart, fileSize).header();
        } catch (JacksonException e) {
            throw new HeaderFault(
                    "header is not valid JSON at character %d: %s"
                            .formatted(
                                    e.getLocation() == null ? 0 : e.getLocation().getCharOffset(),
                                    TensorNames.escape(e.getOriginalMessage())));
        }
    }

    private static CharBuffer decode(byte[] header) throws HeaderFault {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(header));
        } catch (CharacterCodingException e) {
            throw new HeaderFault("header is not valid UTF-8");
        }
    }

    private Header header() throws HeaderFault {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "header");
        @Nullable Map<String, String> metadata = null;
        var tensors = new LinkedHashMap<String, TensorInfo>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (name.equals(TensorNames.METADATA_KEY)) {
                if (metadata != null) {
                    throw new HeaderFault("key " + TensorNames.quote(name) + " appears twice");
                }
                metadata = metadata();
                continue;
            }
            bounds.tensorCount(tensors.size());
            if (tensors.containsKey(name)) {
                throw new HeaderFault("key " + TensorNames.quote(name) + " appears twice");
            }
            tensors.put(name, tensor(name));
        }
        if (parser.nextToken() != null) {
            throw new HeaderFault("header goes on after its closing brace");
        }
        var byOffset = new ArrayList<>(tensors.values());
        // An empty tensor shares its offset with the one that follows it.
        byOffset.sort(
                Comparator.comparingLong(TensorInfo::offset)
                        .thenComparingLong(TensorInfo::byteSize));
        bounds.coverage(byOffset, dataStart, fileSize);
        var inFileOrder = new LinkedHashMap<String, TensorInfo>();
        byOffset.forEach(tensor -> inFileOrder.put(tensor.name(), tensor));
        return new Header(
                metadata == null ? Map.of() : Collections.unmodifiableMap(metadata),
                Collections.unmodifiableMap(inFileOrder));
    }

    private Map<String, String> metadata() throws HeaderFault {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "__metadata__");
        var metadata = new LinkedHashMap<String, String>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            expect(parser.nextToken(), JsonToken.VALUE_STRING, "metadata value");
            String value = parser.getString();
            TensorNames.requireEncodable(key);
            TensorNames.requireEncodable(value);
            if (metadata.size() >= SafetensorsLimits.METADATA_ENTRIES_MAX) {
                throw new HeaderFault(
                        "more than %d metadata entries"
                                .formatted(SafetensorsLimits.METADATA_ENTRIES_MAX));
            }
            if (metadata.put(key, value) != null) {
                throw new HeaderFault("metadata key " + TensorNames.quote(key) + " appears twice");
            }
        }
        return metadata;
    }

    private TensorInfo tensor(String name) throws HeaderFault {
        try {
            TensorNames.requireValid(name);
            return tensorFields(name);
        } catch (HeaderFault fault) {
            throw fault.of(name);
        }
    }

    private TensorInfo tensorFields(String name) throws HeaderFault {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "entry");
        @Nullable DType dtype = null;
        @Nullable List<Long> shape = null;
        @Nullable List<Long> offsets = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = parser.currentName();
            switch (field) {
                case "dtype" -> {
                    requireFirst(dtype, field);
                    dtype = dtype();
                }
                case "shape" -> {
                    requireFirst(shape, field);
                    shape = integers(field);
                }
                case "data_offsets" -> {
                    requireFirst(offsets, field);
                    offsets = integers(field);
                }
                default -> throw new HeaderFault("unknown field " + TensorNames.quote(field));
            }
        }
        if (dtype == null || shape == null || offsets == null) {
            String missing = dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets";
            throw new HeaderFault("field \"" + missing + "\" is missing");
        }
        if (offsets.size() != 2) {
            throw new HeaderFault("data_offsets must be [begin, end]");
        }
        long begin = offsets.get(0);
        long end = offsets.get(1);
        bounds.range(begin, end, fileSize - dataStart);
        long byteSize = bounds.byteSize(dtype, shape);
        bounds.agreement(end - begin, byteSize);
        return new TensorInfo(name, dtype, shape, dataStart + begin, byteSize);
    }

    private DType dtype() throws HeaderFault {
        expect(parser.nextToken(), JsonToken.VALUE_STRING, "dtype");
        String name = parser.getString();
        return DType.named(name)
                .orElseThrow(() -> new HeaderFault("unknown dtype " + TensorNames.quote(name)));
    }

    private List<Long> integers(String field) throws HeaderFault {
        expect(parser.nextToken(), JsonToken.START_ARRAY, field);
        var values = new ArrayList<Long>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            bounds.rank(values.size());
            expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, "element of " + field);
            String digits = parser.getString();
            if (digits.startsWith("-")) {
                throw new HeaderFault(field + " holds the negative number " + digits);
            }
            try {
                values.add(Long.parseLong(digits));
            } catch (NumberFormatException e) {
                throw new HeaderFault(field + " holds " + digits + ", which overflows 63 bits");
            }
        }
        return values;
    }

    private static void requireFirst(@Nullable Object earlier, String field) throws HeaderFault {
        if (earlier != null) {
            throw new HeaderFault("field \"" + field + "\" appears twice");
        }
    }

    private static void expect(@Nullable JsonToken actual, JsonToken expected, String what)
            throws HeaderFault {
        if (actual != expected) {
            throw new HeaderFault(
                    "%s must be %s, was %s".formatted(what, describe(expected), describe(actual)));
        }
    }

    private static String describe(@Nullable JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "an integer";
            case VALUE_NUMBER_FLOAT -> "a fraction";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                    "out of place";
            case null -> "missing";
        };
    }
}
