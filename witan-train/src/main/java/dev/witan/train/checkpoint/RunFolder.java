// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.checkpoint;

import dev.witan.model.ModelFiles;
import dev.witan.model.tokenizer.Tokenizer;
import dev.witan.train.config.ConfigWriter;
import dev.witan.train.loop.TrainConfig;
import dev.witan.train.loop.Trainer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The folder of a run: `config.yaml`, `checkpoint-STEP` folders, `latest`, and at the end the
/// model itself.
///
/// **Threads** one process and thread at a time.
///
/// @param folder where it lies
public record RunFolder(Path folder) {
    /// The file of the configuration.
    public static final String CONFIG = "config.yaml";

    private static final String LATEST = "latest";
    private static final Pattern NAME = Pattern.compile("checkpoint-[0-9]{1,18}");
    private static final Pattern UNFINISHED = Pattern.compile("\\.(saving|removing)-.+");

    /// Begins a run in a folder that is empty or not there.
    ///
    /// **Errors** [CheckpointException] if it has content; another `IOException` naming it if it
    /// cannot be written.
    public static RunFolder begin(Path folder) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new CheckpointException(folder, "is a file, not a folder");
        }
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                throw new CheckpointException(
                        folder, "is not empty: choose another --out, or add --resume");
            }
        }
        Files.delete(Files.createTempFile(folder, ".witan", ".probe"));
        return new RunFolder(folder);
    }

    /// Opens the folder of a run that goes on, and removes what an interrupted save left.
    ///
    /// **Errors** [CheckpointException] if there is no run.
    public static RunFolder resume(Path folder) throws IOException {
        // A run that died before its first checkpoint has its configuration only.
        if (Files.notExists(folder.resolve(LATEST)) && Files.notExists(folder.resolve(CONFIG))) {
            throw new CheckpointException(folder, "holds no run to resume");
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(RunFolder::unfinished).toList()) {
                DurableFiles.deleteTree(file);
            }
        }
        return new RunFolder(folder);
    }

    private static boolean unfinished(Path file) {
        return UNFINISHED.matcher(file.getFileName().toString()).matches();
    }

    /// Writes the run's configuration.
    public void writeConfig(TrainConfig config) throws IOException {
        DurableFiles.replace(
                folder.resolve(CONFIG), ConfigWriter.yaml(config).getBytes(StandardCharsets.UTF_8));
    }

    /// Whether a checkpoint has been saved.
    public boolean hasCheckpoint() {
        return Files.isRegularFile(folder.resolve(LATEST));
    }

    /// The last checkpoint that was saved in full.
    ///
    /// **Errors** as [Checkpoint#open]; [CheckpointException] if `latest` names none.
    public Checkpoint latest() throws IOException {
        Path pointer = folder.resolve(LATEST);
        String name;
        try {
            name = Files.readString(pointer).strip();
        } catch (NoSuchFileException e) {
            throw new CheckpointException(folder, "holds no checkpoint", e);
        }
        if (!NAME.matcher(name).matches()) {
            throw new CheckpointException(
                    pointer, "damaged: write the name of a checkpoint folder into it");
        }
        return Checkpoint.open(folder.resolve(name));
    }

    /// Saves a checkpoint, makes it the latest and removes all but the newest `keep`.
    public Path save(Trainer trainer, Tokenizer tokenizer, Map<String, String> provenance)
            throws IOException {
        String name = "checkpoint-" + trainer.progress().step();
        Path unfinished = folder.resolve(".saving-" + name);
        try {
            remove(unfinished);
            Checkpoint.write(unfinished, trainer, tokenizer, provenance);
            DurableFiles.forceFolder(unfinished);
            // Left by a run that died between the rename and the pointer.
            remove(folder.resolve(name));
            Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.forceFolder(folder);
            DurableFiles.replace(
                    folder.resolve(LATEST), (name + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            sweepAfter(e, unfinished);
            throw new CheckpointException(folder.resolve(name), "cannot be saved: " + reason(e), e);
        }
        prune(name, trainer.config().checkpoint().keep());
        return folder.resolve(name);
    }

    /// Writes the model itself into the run's folder, for whoever only wants to use it.
    public void saveModel(Trainer trainer, Tokenizer tokenizer, Map<String, String> provenance)
            throws IOException {
        try {
            ModelFiles.save(folder, trainer.model(), tokenizer, provenance);
        } catch (IOException e) {
            throw new CheckpointException(folder, "the model cannot be saved: " + reason(e), e);
        }
    }

    /// The cause below names no file of an unfinished folder, which is gone by now.
    private static String reason(IOException e) {
        if (e.getCause() instanceof IOException cause) {
            return reason(cause);
        }
        boolean named = e instanceof FileSystemException known && known.getReason() != null;
        String reason = named ? ((FileSystemException) e).getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    /// Renames first: a folder that is partly deleted must not look like a checkpoint.
    private void remove(Path checkpoint) throws IOException {
        if (Files.exists(checkpoint)) {
            Path removing = folder.resolve(".removing-" + checkpoint.getFileName());
            if (Files.exists(removing)) {
                DurableFiles.deleteTree(removing);
            }
            Files.move(checkpoint, removing, StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.deleteTree(removing);
        }
    }

    private static void sweepAfter(IOException failure, Path unfinished) {
        try {
            if (Files.exists(unfinished)) {
                DurableFiles.deleteTree(unfinished);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void prune(String newest, int keep) throws IOException {
        List<Path> others;
        try (Stream<Path> files = Files.list(folder)) {
            others =
                    files.filter(file -> NAME.matcher(file.getFileName().toString()).matches())
                            .filter(file -> !file.endsWith(newest))
                            .sorted(Comparator.comparingLong(RunFolder::step).reversed())
                            .skip(keep - 1L)
                            .toList();
        }
        for (Path old : others) {
            remove(old);
        }
    }

    private static long step(Path checkpoint) {
        String name = checkpoint.getFileName().toString();
        return Long.parseLong(name.substring(name.indexOf('-') + 1));
    }
}
