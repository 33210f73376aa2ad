// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab;

import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// JSON of a report: indented, with the same line ends on every system.
final class ReportJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .defaultPrettyPrinter(
                            new DefaultPrettyPrinter()
                                    .withObjectIndenter(new DefaultIndenter("  ", "\n")))
                    .build();

    private ReportJson() {}

    static String of(ExperimentReport report) {
        return MAPPER.writeValueAsString(report) + "\n";
    }
}
