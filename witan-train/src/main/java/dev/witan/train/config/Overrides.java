// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import java.util.Arrays;
import java.util.List;

/// Applies `key=value` settings to a configuration; of two for one key the later one wins.
final class Overrides {
    private Overrides() {}

    static ConfigNode.Mapping apply(ConfigNode.Mapping base, List<String> settings) {
        ConfigNode.Mapping result = base;
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            List<String> path =
                    Arrays.asList(setting.substring(0, Math.max(0, equals)).split("\\.", -1));
            if (equals < 0 || path.stream().anyMatch(String::isBlank)) {
                throw new ConfigException(
                        "'" + setting + "' is no setting, write it as key=value, e.g. seed=7");
            }
            result = set(result, path, value(setting, setting.substring(equals + 1)));
        }
        return result;
    }

    private static ConfigNode value(String setting, String text) {
        return text.isBlank()
                ? new ConfigNode.Scalar(text)
                : ConfigDocument.parse("'" + setting + "'", text);
    }

    private static ConfigNode.Mapping set(
            ConfigNode.Mapping mapping, List<String> path, ConfigNode value) {
        String key = path.getFirst().strip();
        if (path.size() == 1) {
            return mapping.with(key, value);
        }
        ConfigNode existing = mapping.entries().getOrDefault(key, new ConfigNode.Null());
        ConfigNode.Mapping inner =
                switch (existing) {
                    case ConfigNode.Mapping below -> below;
                    // The short form of a sealed type gets its long form back.
                    case ConfigNode.Scalar kind ->
                            ConfigNode.Mapping.EMPTY.with(RecordTypes.KIND, kind);
                    case ConfigNode.Null _, ConfigNode.Sequence _ -> ConfigNode.Mapping.EMPTY;
                };
        return mapping.with(key, set(inner, path.subList(1, path.size()), value));
    }
}
