// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// A file of JSON objects, one a line, that is being appended to.
///
/// Each line reaches the file in one write before the call returns, so a killed run leaves at most
/// one torn line, the last. Non-finite numbers are the strings `"NaN"`, `"Infinity"` and
/// `"-Infinity"`, since JSON has no others.
///
/// Threads: one thread at a time.
public final class JsonLinesWriter implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path file;
    private final OutputStream out;

    private JsonLinesWriter(Path file, StandardOpenOption mode) throws IOException {
        this.file = file;
        this.out = Files.newOutputStream(file, StandardOpenOption.WRITE, mode);
    }

    /// Begins a new file.
    ///
    /// Errors: `FileAlreadyExistsException` if it is there; [#resume] goes on with one.
    public static JsonLinesWriter create(Path file) throws IOException {
        return new JsonLinesWriter(file, StandardOpenOption.CREATE_NEW);
    }

    /// Goes on with the file of a run that restarts after `lastStep`.
    ///
    /// Lines whose `step` is greater are dropped, since the run will write them again, and so is a
    /// torn last line. The shortened file replaces the old one in one move: a crash here loses
    /// nothing. A missing file is begun.
    ///
    /// Errors: `IOException` names the line that is no JSON object, if it is not the last.
    public static JsonLinesWriter resume(Path file, long lastStep) throws IOException {
        if (Files.notExists(file)) {
            return create(file);
        }
        Path shortened = file.resolveSibling(file.getFileName() + ".resuming");
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
                var kept = new BufferedOutputStream(Files.newOutputStream(shortened))) {
            copyUntil(lastStep, file, lines, kept);
        }
        try (FileChannel written = FileChannel.open(shortened, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        Files.move(
                shortened,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        return new JsonLinesWriter(file, StandardOpenOption.APPEND);
    }

    /// Appends one object as one line: a record, a map or a JSON node.
    ///
    /// Errors: a value that is no JSON object is an `IllegalArgumentException`; what the file
    /// system refuses is an `IOException` that names the file.
    public void write(Object value) throws IOException {
        JsonNode tree = JSON.valueToTree(value);
        if (!tree.isObject()) {
            throw new IllegalArgumentException(
                    "value must be a JSON object, was " + tree.getNodeType());
        }
        FailedWrite.naming(
                file, out, (JSON.writeValueAsString(tree) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /// Latin-1 maps every byte to one character and back, so a torn UTF-8 sequence in the last line
    /// cannot fail the read, and kept lines keep their bytes.
    private static void copyUntil(long lastStep, Path file, BufferedReader lines, OutputStream kept)
            throws IOException {
        int number = 0;
        String next = lines.readLine();
        while (next != null) {
            String line = next;
            next = lines.readLine();
            number++;
            byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
            if (isKept(bytes, lastStep, file + " line " + number, next == null)) {
                kept.write(bytes);
                kept.write('\n');
            }
        }
    }

    private static boolean isKept(byte[] line, long lastStep, String where, boolean last)
            throws IOException {
        try {
            JsonNode tree = JSON.readTree(line);
            if (tree.isObject()) {
                return tree.path("step").asLong(0) <= lastStep;
            }
        } catch (JacksonException _) {
            // Said below, in words that name the line.
        }
        if (last) {
            return false;
        }
        throw new IOException(where + " is not a JSON object; repair the file or move it away");
    }
}
