// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import dev.witan.train.data.DataException;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// The finished runs of an experiment, a JSON file each: `runs/SYSTEM-SEED.json`.
///
/// @param folder the experiment's folder
record RunStore(Path folder) {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    /// The run of a key, if it is finished.
    ///
    /// **Errors** a file that cannot be read, or of another experiment → [DataException].
    Optional<ChainRun> find(ChainRun.Key key) throws IOException {
        Path file = file(key);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        ChainRun run;
        try {
            run = JSON.readValue(Files.readString(file), ChainRun.class);
        } catch (JacksonException e) {
            throw new DataException(file + ": is damaged, delete it to repeat the run", e);
        }
        if (!run.key().equals(key)) {
            throw new DataException(
                    file
                            + ": is of an experiment with other settings or another text, choose"
                            + " another --out folder or delete it");
        }
        return Optional.of(run);
    }

    /// Keeps a run; its file appears whole or not at all.
    void save(ChainRun run) throws IOException {
        Path file = file(run.key());
        Files.createDirectories(folder.resolve("runs"));
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        byte[] bytes = (JSON.writeValueAsString(run) + "\n").getBytes(StandardCharsets.UTF_8);
        try (var channel =
                FileChannel.open(
                        partial,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(
                partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(ChainRun.Key key) {
        return folder.resolve("runs").resolve(key.system().name() + "-" + key.seed() + ".json");
    }
}
