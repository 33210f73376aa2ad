// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A configuration before it has types: what a YAML document says. Immutable.
public sealed interface ConfigNode {
    /// A number, boolean or text, as it was written.
    record Scalar(String text) implements ConfigNode {}

    /// An explicit null.
    record Null() implements ConfigNode {}

    /// A list.
    record Sequence(List<ConfigNode> items) implements ConfigNode {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /// Keys in the order of their writing.
    record Mapping(SequencedMap<String, ConfigNode> entries) implements ConfigNode {
        public static final Mapping EMPTY = new Mapping(new LinkedHashMap<>());

        public Mapping {
            entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
        }

        Mapping with(String key, ConfigNode value) {
            var copy = new LinkedHashMap<>(entries);
            copy.put(key, value);
            return new Mapping(copy);
        }
    }

    /// The values by dotted key (`model.layers`); list items by index, empty lists and mappings as
    /// themselves.
    default SequencedMap<String, String> flattened() {
        var values = new LinkedHashMap<String, String>();
        flatten("", values);
        return values;
    }

    private void flatten(String path, Map<String, String> values) {
        switch (this) {
            case Scalar(String text) -> values.put(path, text);
            case Null() -> values.put(path, "null");
            case Sequence(List<ConfigNode> items) when items.isEmpty() -> values.put(path, "[]");
            case Sequence(List<ConfigNode> items) -> {
                for (int i = 0; i < items.size(); i++) {
                    items.get(i).flatten(child(path, Integer.toString(i)), values);
                }
            }
            case Mapping(var entries) when entries.isEmpty() -> values.put(path, "{}");
            case Mapping(var entries) ->
                    entries.forEach((key, value) -> value.flatten(child(path, key), values));
        }
    }

    /// The dotted key of an entry; the root's path is empty.
    static String child(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
