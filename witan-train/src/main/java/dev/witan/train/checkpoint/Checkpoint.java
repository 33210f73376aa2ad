// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.checkpoint;

import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.TensorFiles;
import dev.witan.engine.safetensors.SafetensorsFile;
import dev.witan.engine.safetensors.SafetensorsWriter;
import dev.witan.engine.safetensors.TensorData;
import dev.witan.model.LoadedModel;
import dev.witan.model.ModelFiles;
import dev.witan.model.tokenizer.Tokenizer;
import dev.witan.train.config.ConfigDiff;
import dev.witan.train.config.ConfigWriter;
import dev.witan.train.data.DomainData;
import dev.witan.train.loop.TrainConfig;
import dev.witan.train.loop.Trainer;
import dev.witan.train.optimizer.AdamW;

import org.bytedeco.pytorch.Tensor;

import tools.jackson.core.JacksonException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One saved state of a run: a model folder with the optimiser's state, the configuration and the
/// position, each file guarded by its hash.
///
/// @param folder where it lies
/// @param state what it says about itself
public record Checkpoint(Path folder, CheckpointState state) {
    /// The file of the position, the hashes and the provenance.
    public static final String STATE = "state.json";

    /// The file of the configuration that the run was started with.
    public static final String CONFIG = "train.yaml";

    /// The file of the optimiser's state.
    public static final String OPTIMIZER = "optimizer.safetensors";

    /// Writes all files into `folder`, the state last, and forces them to the disk.
    static void write(
            Path folder, Trainer trainer, Tokenizer tokenizer, Map<String, String> provenance)
            throws IOException {
        Files.createDirectories(folder);
        ModelFiles.save(folder, trainer.model(), tokenizer, provenance);
        try (Scope scope = Scope.open()) {
            List<TensorData> state = new ArrayList<>();
            trainer.optimizer()
                    .state()
                    .forEach((name, tensor) -> state.add(TensorFiles.data(name, tensor)));
            SafetensorsWriter.write(folder.resolve(OPTIMIZER), Map.of(), state);
        }
        Files.writeString(folder.resolve(CONFIG), ConfigWriter.yaml(trainer.config()));
        Map<String, String> hashes = new HashMap<>();
        for (Path file : files(folder)) {
            DurableFiles.force(file);
            hashes.put(file.getFileName().toString(), DurableFiles.sha256(file));
        }
        var state =
                new CheckpointState(
                        CheckpointState.FORMAT,
                        trainer.progress(),
                        trainer.config().seed(),
                        trainer.data().provenance(),
                        hashes,
                        provenance);
        DurableFiles.replace(folder.resolve(STATE), state.json());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.endsWith(STATE)).sorted().toList();
        }
    }

    /// Reads the state in `folder` and checks every file against its hash.
    ///
    /// **Errors** [CheckpointException] naming the file that is missing, cut short or damaged.
    public static Checkpoint open(Path folder) throws IOException {
        Path file = folder.resolve(STATE);
        CheckpointState state;
        try {
            state = CheckpointState.read(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new CheckpointException(folder, "not a checkpoint: " + STATE + " is missing", e);
        } catch (JacksonException e) {
            throw new CheckpointException(file, "damaged or cut short: not what was saved", e);
        }
        if (state.format() != CheckpointState.FORMAT) {
            throw new CheckpointException(
                    file,
                    "has format "
                            + state.format()
                            + ", this release reads format "
                            + CheckpointState.FORMAT);
        }
        for (String name : List.of(OPTIMIZER, CONFIG, ModelFiles.WEIGHTS, ModelFiles.CONFIG)) {
            if (!state.sha256().containsKey(name)) {
                throw new CheckpointException(file, "damaged: has no hash of " + name);
            }
        }
        for (String name : state.sha256().keySet().stream().sorted().toList()) {
            check(folder.resolve(name), state.sha256().get(name));
        }
        return new Checkpoint(folder, state);
    }

    private static void check(Path file, @org.jspecify.annotations.Nullable String sha256)
            throws IOException {
        if (Files.notExists(file)) {
            throw new CheckpointException(file, "missing from the checkpoint");
        }
        if (!DurableFiles.sha256(file).equals(sha256)) {
            throw new CheckpointException(file, "damaged or cut short: not what was saved");
        }
    }

    /// Requires that `config` continues what this checkpoint was made with.
    ///
    /// **Errors** [CheckpointException] that lists the keys that differ.
    public void requireSame(TrainConfig config) throws IOException {
        Path file = folder.resolve(CONFIG);
        String stored = Files.readString(file, StandardCharsets.UTF_8);
        var diff =
                ConfigDiff.between(file.toString(), stored, config).except(TrainConfig.MAY_CHANGE);
        if (!diff.isEmpty()) {
            throw new CheckpointException(
                    folder,
                    "was trained with another configuration ("
                            + diff.differences().stream()
                                    .map(ConfigDiff.Difference::line)
                                    .collect(Collectors.joining("; "))
                            + ")");
        }
    }

    /// Requires that `data` is the text this checkpoint was trained on.
    ///
    /// **Errors** [CheckpointException] that names the text that differs.
    public void requireSame(List<DomainData.Provenance> data) throws IOException {
        if (state.data().size() != data.size()) {
            throw new CheckpointException(
                    folder,
                    "was trained on " + state.data().size() + " files, now are " + data.size());
        }
        for (int i = 0; i < data.size(); i++) {
            DomainData.Provenance before = state.data().get(i);
            if (!before.equals(data.get(i))) {
                throw new CheckpointException(
                        folder,
                        "was trained on another "
                                + before.file()
                                + " ("
                                + before.tokens()
                                + " tokens, SHA-256 "
                                + before.sha256()
                                + ")");
            }
        }
    }

    /// The model and its tokenizer.
    public LoadedModel model(Precision precision) throws IOException {
        return ModelFiles.load(folder, precision);
    }

    /// Puts a trainer of this checkpoint's model where the run was.
    public void restore(Trainer trainer) throws IOException {
        AdamW optimizer = trainer.optimizer();
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(OPTIMIZER));
                Scope scope = Scope.open()) {
            for (Map.Entry<String, Tensor> part : optimizer.state().entrySet()) {
                TensorFiles.readInto(file, part.getKey(), part.getValue());
            }
        }
        trainer.resume(state.progress());
    }
}
