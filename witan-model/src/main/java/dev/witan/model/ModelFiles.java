// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.KernelSettings;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.TensorFiles;
import dev.witan.engine.Tensors;
import dev.witan.engine.safetensors.DType;
import dev.witan.engine.safetensors.SafetensorsException;
import dev.witan.engine.safetensors.SafetensorsFile;
import dev.witan.engine.safetensors.SafetensorsLimits;
import dev.witan.engine.safetensors.SafetensorsWriter;
import dev.witan.engine.safetensors.TensorData;
import dev.witan.engine.safetensors.TensorInfo;
import dev.witan.model.tokenizer.Tokenizer;
import dev.witan.model.tokenizer.Tokenizers;

import org.bytedeco.pytorch.Tensor;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A model as a folder: `config.json`, `model.safetensors`, `tokenizer.json`.
///
/// The weights are float32 under the names of [ModelWeights] and [RouterBiases]. Reading is strict:
/// the file must hold exactly the tensors that the configuration implies, and this is checked
/// before memory is taken for them.
public final class ModelFiles {
    /// The file of the configuration.
    public static final String CONFIG = "config.json";

    /// The file of the weights.
    public static final String WEIGHTS = "model.safetensors";

    private static final long CONFIG_BYTES_MAX = 1 << 20;
    private static final String FORMAT = "format";

    private ModelFiles() {}

    /// Writes a model; a folder that is not there yet appears in one step with all its files. In
    /// one that is there each file is replaced in one step, the configuration last.
    ///
    /// @param provenance what becomes the metadata of `model.safetensors`
    public static void save(
            Path dir, DecoderModel model, Tokenizer tokenizer, Map<String, String> provenance)
            throws IOException {
        checkVocabulary(tokenizer, model.config());
        Map<String, String> metadata = new LinkedHashMap<>(provenance);
        metadata.put(FORMAT, "pt");
        ObjectNode config = ModelConfigJson.write(model.config());
        tokenizer.endOfText().ifPresent(token -> config.put("eos_token_id", token));
        byte[] json =
                JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(config);
        FolderWriter.write(
                dir,
                folder -> {
                    try (Scope scope = Scope.open()) {
                        SafetensorsWriter.write(folder.resolve(WEIGHTS), metadata, data(model));
                    }
                    tokenizer.save(folder);
                    Files.write(folder.resolve(CONFIG), json);
                },
                CONFIG);
    }

    private static List<TensorData> data(DecoderModel model) {
        List<TensorData> data = new ArrayList<>();
        ModelWeights.values(model)
                .forEach((name, tensor) -> data.add(TensorFiles.data(name, tensor)));
        RouterBiases.of(model)
                .forEach((name, bias) ->
                        data.add(
                                TensorFiles.data(name, Tensors.of(bias.values(), bias.experts()))));
        return data;
    }

    /// Reads a model whose kernels multiply in `precision`, in the default batch mode.
    ///
    /// **Errors** as the other `load`.
    public static LoadedModel load(Path dir, Precision precision) throws IOException {
        return load(dir, KernelSettings.of(precision));
    }

    /// Reads a model whose kernels work as `settings` say.
    ///
    /// **Errors** [ModelFileException], [SafetensorsException] or another `IOException` with one
    /// line that names the file.
    public static LoadedModel load(Path dir, KernelSettings settings) throws IOException {
        ModelConfig config = config(dir);
        Tokenizer tokenizer = Tokenizers.open(dir);
        try {
            checkVocabulary(dir, tokenizer, config);
            return new LoadedModel(weights(dir, config, settings), tokenizer);
        } catch (IOException | RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /// The configuration of the model in `dir`.
    public static ModelConfig config(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            throw new ModelFileException(
                    dir, Files.exists(dir) ? "not a model folder, but a file" : "no such folder");
        }
        Path file = dir.resolve(CONFIG);
        if (!Files.isRegularFile(file)) {
            throw new ModelFileException(dir, "not a model folder: " + CONFIG + " is missing");
        }
        if (Files.size(file) > CONFIG_BYTES_MAX) {
            throw new ModelFileException(file, "larger than " + CONFIG_BYTES_MAX + " bytes");
        }
        try {
            JsonNode json = JsonMapper.shared().readTree(Files.readAllBytes(file));
            return ModelConfigJson.read(json);
        } catch (JacksonException e) {
            String reason = String.valueOf(e.getOriginalMessage());
            throw new ModelFileException(
                    file, "not JSON: " + reason.lines().findFirst().orElse(""), e);
        } catch (IllegalArgumentException e) {
            throw new ModelFileException(file, String.valueOf(e.getMessage()), e);
        }
    }

    /// Where the weights in `dir` came from, as [#save] was told.
    public static Map<String, String> provenance(Path dir) throws IOException {
        try (SafetensorsFile file = open(dir)) {
            Map<String, String> provenance = new LinkedHashMap<>(file.metadata());
            provenance.remove(FORMAT);
            return provenance;
        }
    }

    private static SafetensorsFile open(Path dir) throws IOException {
        Path file = dir.resolve(WEIGHTS);
        if (!Files.isRegularFile(file)) {
            throw new ModelFileException(dir, "not a model folder: " + WEIGHTS + " is missing");
        }
        return SafetensorsFile.open(file);
    }

    private static DecoderModel weights(Path dir, ModelConfig config, KernelSettings settings)
            throws IOException {
        try (SafetensorsFile file = open(dir);
                Scope scope = Scope.open()) {
            check(file, config);
            DecoderModel model = blank(dir, config, settings);
            for (Map.Entry<String, Tensor> weight : ModelWeights.values(model).entrySet()) {
                TensorFiles.readInto(file, weight.getKey(), weight.getValue());
            }
            for (var bias : RouterBiases.of(model).entrySet()) {
                try (Scope inner = Scope.open()) {
                    bias.getValue().set(Tensors.toFloats(TensorFiles.read(file, bias.getKey())));
                }
            }
            model.refresh();
            return model;
        }
    }

    /// Values that no record checks by itself show when the parts are put together.
    private static DecoderModel blank(Path dir, ModelConfig config, KernelSettings settings)
            throws IOException {
        try {
            return ModelBuilder.blank(config, settings);
        } catch (IllegalArgumentException e) {
            throw new ModelFileException(dir.resolve(CONFIG), String.valueOf(e.getMessage()), e);
        }
    }

    private static void check(SafetensorsFile file, ModelConfig config) throws IOException {
        long least = ParameterShapes.tensorsAtLeast(config);
        if (least > SafetensorsLimits.TENSORS_MAX) {
            throw new SafetensorsException(
                    file.path(), "holds fewer than the " + least + " tensors of " + CONFIG);
        }
        Map<String, long[]> expected = ParameterShapes.of(config);
        expected.putAll(RouterBiases.shapes(config));
        for (Map.Entry<String, long[]> wanted : expected.entrySet()) {
            TensorInfo info = file.tensor(wanted.getKey());
            List<Long> shape = Arrays.stream(wanted.getValue()).boxed().toList();
            if (!info.shape().equals(shape)) {
                throw new SafetensorsException(
                        file.path(),
                        "tensor %s has shape %s, the model needs %s"
                                .formatted(info.name(), info.shape(), shape));
            }
            if (info.dtype() != DType.F32) {
                throw new SafetensorsException(
                        file.path(),
                        "tensor " + info.name() + " is " + info.dtype() + ", the model needs F32");
            }
        }
        for (String name : file.tensors().keySet()) {
            if (!expected.containsKey(name)) {
                throw new SafetensorsException(
                        file.path(),
                        "tensor " + JsonSettings.shown(name) + " is no part of the model");
            }
        }
    }

    private static void checkVocabulary(Tokenizer tokenizer, ModelConfig config) {
        if (tokenizer.vocabularySize() > config.vocabulary()) {
            throw new IllegalArgumentException(
                    "the model must have at least the tokenizer's "
                            + tokenizer.vocabularySize()
                            + " tokens, has "
                            + config.vocabulary());
        }
    }

    private static void checkVocabulary(Path dir, Tokenizer tokenizer, ModelConfig config)
            throws IOException {
        try {
            checkVocabulary(tokenizer, config);
        } catch (IllegalArgumentException e) {
            throw new ModelFileException(dir, String.valueOf(e.getMessage()), e);
        }
    }
}
