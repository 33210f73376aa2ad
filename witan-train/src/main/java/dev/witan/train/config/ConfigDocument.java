// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Reads one YAML document of bounded size and depth, without anchors, aliases and tags.
///
/// Scalars keep their written text, so that YAML's guesses (`010`, `yes`, `1_000`) never decide
/// what a value is; the type of the key does.
final class ConfigDocument implements AutoCloseable {
    static final int TEXT_LENGTH_MAX = 1 << 20;
    static final int DEPTH_MAX = 32;
    static final int VALUES_MAX = 20_000;

    private final String source;
    private final YAMLParser parser;
    private int values;

    private ConfigDocument(String source, String text) {
        this.source = source;
        var mapper =
                YAMLMapper.builder(
                                YAMLFactory.builder()
                                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                        .build())
                        .build();
        this.parser = (YAMLParser) mapper.createParser(text);
    }

    /// Parses a text; `source` names it in messages.
    static ConfigNode parse(String source, String text) {
        if (text.length() > TEXT_LENGTH_MAX) {
            throw new ConfigException(source + ": larger than " + TEXT_LENGTH_MAX + " characters");
        }
        try (var yaml = new ConfigDocument(source, text)) {
            return yaml.document();
        } catch (JacksonException e) {
            var where = e.getLocation();
            String at = where == null ? "" : ":" + where.getLineNr() + ":" + where.getColumnNr();
            String reason = String.valueOf(e.getOriginalMessage());
            throw new ConfigException(source + at + ": " + oneLine(reason), e);
        }
    }

    private static String oneLine(String reason) {
        return reason.lines().map(String::strip).findFirst().orElse("not valid YAML");
    }

    private ConfigNode document() {
        JsonToken first = parser.nextToken();
        if (first == null) {
            return ConfigNode.Mapping.EMPTY;
        }
        ConfigNode node = node(first, 1);
        if (parser.nextToken() != null) {
            throw fault("more than one YAML document");
        }
        return node;
    }

    private ConfigNode node(JsonToken token, int depth) {
        if (depth > DEPTH_MAX) {
            throw fault("nested deeper than " + DEPTH_MAX + " levels");
        }
        if (++values > VALUES_MAX) {
            throw fault("more than " + VALUES_MAX + " values");
        }
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
            throw fault("anchors and aliases are not allowed");
        }
        if (parser.getTypeId() != null) {
            throw fault("tags are not allowed");
        }
        return switch (token) {
            case START_OBJECT -> mapping(depth);
            case START_ARRAY -> sequence(depth);
            case VALUE_NULL -> new ConfigNode.Null();
            default -> new ConfigNode.Scalar(parser.getString());
        };
    }

    private ConfigNode mapping(int depth) {
        SequencedMap<String, ConfigNode> entries = new LinkedHashMap<>();
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_OBJECT;
                token = parser.nextToken()) {
            String key = parser.currentName();
            if (key == null || parser.isCurrentAlias() || parser.getObjectId() != null) {
                throw fault("keys must be plain text");
            }
            entries.put(key, node(parser.nextToken(), depth + 1));
        }
        return new ConfigNode.Mapping(entries);
    }

    private ConfigNode sequence(int depth) {
        List<ConfigNode> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            items.add(node(token, depth + 1));
        }
        return new ConfigNode.Sequence(items);
    }

    private ConfigException fault(String reason) {
        var where = parser.currentTokenLocation();
        return new ConfigException(
                source + ":" + where.getLineNr() + ":" + where.getColumnNr() + ": " + reason);
    }

    @Override
    public void close() {
        parser.close();
    }
}
