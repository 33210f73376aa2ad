// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;
import tools.jackson.dataformat.yaml.util.StringQuotingChecker;

/// The canonical form of a resolved configuration: every key, in the order of the record, defaults
/// included; equal configurations give equal characters, and a [ConfigReader] reads them back
/// equal.
public final class ConfigWriter {
    private ConfigWriter() {}

    /// The configuration without its types, as [ConfigDiff] compares it.
    public static ConfigNode node(Record config) {
        return RecordValues.node(config.getClass(), config);
    }

    public static String yaml(Record config) {
        return write(
                YAMLMapper.builder(
                                YAMLFactory.builder()
                                        .stringQuotingChecker(new PlainWords())
                                        .build())
                        .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                        .disable(YAMLWriteFeature.SPLIT_LINES)
                        .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                        .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                        .build(),
                config);
    }

    public static String json(Record config) {
        return write(new JsonMapper(), config) + "\n";
    }

    /// Leaves only texts unquoted that no YAML reader takes for anything else.
    private static final class PlainWords extends StringQuotingChecker {
        @Override
        public boolean needToQuoteName(String name) {
            return needToQuoteValue(name);
        }

        @Override
        public boolean needToQuoteValue(String value) {
            return !value.matches("[A-Za-z/][A-Za-z0-9_./-]*") || isReservedKeyword(value);
        }
    }

    private static String write(ObjectMapper mapper, Record config) {
        return mapper.writerWithDefaultPrettyPrinter()
                .writeValueAsString(RecordValues.json(config.getClass(), config));
    }
}
