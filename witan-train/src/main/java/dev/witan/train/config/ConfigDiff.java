// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The keys in which two configurations differ, with both values.
///
/// @param differences in the order of the first configuration, then of the second
public record ConfigDiff(List<Difference> differences) {
    public ConfigDiff {
        differences = List.copyOf(differences);
    }

    /// One key that differs; empty where a configuration lacks it.
    public record Difference(String key, Optional<String> before, Optional<String> after) {
        /// For example `model.layers: 4 before, 6 now`.
        public String line() {
            return key
                    + ": "
                    + before.orElse("absent")
                    + " before, "
                    + after.orElse("absent")
                    + " now";
        }
    }

    public static ConfigDiff between(Record before, Record after) {
        return between(ConfigWriter.node(before), ConfigWriter.node(after));
    }

    /// Against a configuration stored by [ConfigWriter], perhaps by another release with other
    /// keys.
    ///
    /// **Errors** text that is no YAML or JSON → [ConfigException], naming `source`.
    public static ConfigDiff between(String source, String stored, Record after) {
        return between(ConfigDocument.parse(source, stored), ConfigWriter.node(after));
    }

    public static ConfigDiff between(ConfigNode before, ConfigNode after) {
        var left = before.flattened();
        var right = after.flattened();
        Set<String> keys = new LinkedHashSet<>(left.sequencedKeySet());
        keys.addAll(right.sequencedKeySet());
        List<Difference> differences = new ArrayList<>();
        for (String key : keys) {
            Optional<String> a = Optional.ofNullable(left.get(key));
            Optional<String> b = Optional.ofNullable(right.get(key));
            if (!a.equals(b)) {
                differences.add(new Difference(key, a, b));
            }
        }
        return new ConfigDiff(differences);
    }

    public boolean isEmpty() {
        return differences.isEmpty();
    }

    /// The differences outside the given keys and what lies below them, for keys that may change
    /// between runs, such as the number of steps.
    public ConfigDiff except(Set<String> keys) {
        return new ConfigDiff(
                differences.stream()
                        .filter(difference ->
                                keys.stream().noneMatch(key -> within(difference.key, key)))
                        .toList());
    }

    private static boolean within(String key, String top) {
        return key.equals(top) || key.startsWith(top + ".");
    }
}
