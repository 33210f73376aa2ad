// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The options of commands that produce a result for people and programs; add it as a `@Mixin`.
final class OutputOptions {
    @Option(
            names = "--json",
            description = "Print one JSON document to standard output and nothing else there.")
    private boolean json;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write the result's files into this folder; it is created if missing.")
    private @Nullable Path out;

    /// Whether standard output carries one JSON document only.
    boolean json() {
        return json;
    }

    /// The result folder as given, not created.
    Optional<Path> out() {
        return Optional.ofNullable(out);
    }

    /// Creates the result folder, or `otherwise` where none was given, and makes sure that a file
    /// can be written in it: a long run must not fail at its end.
    ///
    /// **Errors**: an `IOException` that names the folder.
    Path createOut(Path otherwise) throws IOException {
        Path folder = Files.createDirectories(out == null ? otherwise : out);
        Files.delete(Files.createTempFile(folder, ".witan", ".probe"));
        return folder;
    }
}
