// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The outcome of an experiment: a record whose components are its JSON document, in order.
public interface ExperimentReport {
    /// The report for people to read, in plain text.
    String text();

    /// SVG documents by file name.
    Map<String, String> drawings();

    /// The report as one JSON document: settings, summary, and one row per run.
    default String json() {
        return ReportJson.of(this);
    }

    /// Writes `report.txt`, `report.json` and the drawings into a folder, which is made if needed.
    default void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.txt"), text());
        Files.writeString(folder.resolve("report.json"), json());
        for (var drawing : drawings().entrySet()) {
            Files.writeString(folder.resolve(drawing.getKey()), drawing.getValue());
        }
    }
}
