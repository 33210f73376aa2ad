// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.model.tokenizer.ByteTokenizer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class ModelFilesTest {
    @TempDir private Path folder;

    static List<ModelConfig> shapes() {
        return Shapes.all();
    }

    private static DecoderModel model(ModelConfig config) {
        DecoderModel model = ModelBuilder.random(config, Precision.FLOAT32, 7);
        float next = 0.25f;
        for (var bias : RouterBiases.of(model).values()) {
            float[] values = new float[bias.experts()];
            for (int e = 0; e < values.length; e++) {
                values[e] = next++;
            }
            bias.set(values);
        }
        return model;
    }

    private static Map<String, List<Float>> contents(DecoderModel model) {
        Map<String, List<Float>> contents = new LinkedHashMap<>();
        try (Scope scope = Scope.open()) {
            ModelWeights.values(model)
                    .forEach((name, tensor) -> contents.put(name, list(Tensors.toFloats(tensor))));
        }
        RouterBiases.of(model).forEach((name, bias) -> contents.put(name, list(bias.values())));
        return contents;
    }

    private static List<Float> list(float[] values) {
        List<Float> list = new java.util.ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    private Path saved(ModelConfig config) throws IOException {
        Path dir = folder.resolve("model");
        ModelFiles.save(dir, model(config), new ByteTokenizer(), Map.of("step", "40"));
        return dir;
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void aModelIsReadAsItWasWritten(ModelConfig config) throws IOException {
        Path dir = saved(config);
        try (LoadedModel loaded = ModelFiles.load(dir, Precision.FLOAT32)) {
            assertThat(loaded.model().config()).isEqualTo(config);
            assertThat(contents(loaded.model())).isEqualTo(contents(model(config)));
            assertThat(loaded.tokenizer()).isInstanceOf(ByteTokenizer.class);
        }
        assertThat(ModelFiles.provenance(dir)).containsExactly(Map.entry("step", "40"));
    }

    @Test
    void savingAgainReplacesTheFilesAndLeavesOthers() throws IOException {
        Path dir = saved(Shapes.chain());
        Files.writeString(dir.resolve("notes.txt"), "kept");
        saved(Shapes.unusual());
        try (LoadedModel loaded = ModelFiles.load(dir, Precision.BFLOAT16)) {
            assertThat(loaded.model().config()).isEqualTo(Shapes.unusual());
        }
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "config.json", "model.safetensors", "tokenizer.json", "notes.txt");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(dir);
        }
    }

    @Test
    void aFailedSaveLeavesNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        var tokenizer = new ByteTokenizer();
        DecoderModel model = model(Shapes.chain());
        assertThatThrownBy(() -> ModelFiles.save(file, model, tokenizer, Map.of()))
                .isInstanceOf(java.nio.file.NotDirectoryException.class)
                .hasMessage(file.toString());
        Path dir = folder.resolve("model");
        assertThatThrownBy(() -> ModelFiles.save(dir, model, new FailingTokenizer(), Map.of()))
                .hasMessage("no space");
        assertThat(folder).isDirectoryContaining(path -> path.equals(file));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aFolderWithoutAModelIsNamed() throws IOException {
        Path none = folder.resolve("none");
        assertFails(none, none + ": no such folder");
        Path file = Files.writeString(folder.resolve("file"), "");
        assertFails(file, file + ": not a model folder, but a file");
        assertFails(folder, folder + ": not a model folder: config.json is missing");
        Path dir = saved(Shapes.chain());
        Files.delete(dir.resolve("model.safetensors"));
        assertFails(dir, dir + ": not a model folder: model.safetensors is missing");
        Files.delete(dir.resolve("tokenizer.json"));
        assertFails(dir, dir.resolve("tokenizer.json") + ": no such file");
    }

    @Test
    void everyKeyOfTheConfigurationIsNeeded() throws IOException {
        String json = ModelConfigJson.write(Shapes.unusual()).toString();
        for (String path : List.of("", "/witan", "/witan/balance")) {
            for (String key : node(json, path).propertyNames()) {
                if (List.of("dtype", "hidden_act").contains(key)) {
                    continue;
                }
                var changed = JsonMapper.shared().readTree(json);
                ((tools.jackson.databind.node.ObjectNode) changed.at(path)).remove(key);
                assertThatThrownBy(() -> ModelConfigJson.read(changed))
                        .as(key)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageEndingWith(key + " is missing");
                ((tools.jackson.databind.node.ObjectNode) changed.at(path)).putNull(key);
                assertThatThrownBy(() -> ModelConfigJson.read(changed))
                        .as(key)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(key + " must be ");
            }
        }
    }

    private static tools.jackson.databind.JsonNode node(String json, String path) {
        return JsonMapper.shared().readTree(json).at(path);
    }

    @Test
    void wrongConfigurationsAreNamed() throws IOException {
        Path dir = saved(Shapes.chain());
        Path config = dir.resolve("config.json");
        String json = Files.readString(config);
        edit(config, json, "\"num_experts_per_tok\" : 2", "\"num_experts_per_tok\" : 6");
        assertFails(dir, config + ": topK must be in [1, 5] (the number of experts), was 6");
        edit(config, json, "\"hidden_size\" : 12", "\"hidden_size\" : 12.5");
        assertFails(dir, config + ": hidden_size must be a whole number, was 12.5");
        edit(config, json, "\"devices_max\"", "\"deviecs\" : 1, \"devices_max\"");
        assertFails(dir, config + ": unknown key witan.balance.deviecs");
        edit(config, json, "\"chain_block\"", "\"chian\" : 1, \"chain_block\"");
        assertFails(dir, config + ": unknown key witan.chian");
        edit(config, json, "\"standard\"", "\"standrad\"");
        assertFails(
                dir,
                config + ": witan.chain_block must be one of as_coded, standard, was \"standrad\"");
        edit(config, json, "\"format\" : 1", "\"format\" : 2");
        assertFails(dir, config + ": witan.format must be 1 for this version, was 2");
        edit(config, json, "\"model_type\" : \"witan\"", "\"model_type\" : \"mixtral\"");
        assertFails(
                dir, config + ": model_type must be witan, other families cannot be loaded yet");
        edit(config, json, "embeddings\" : 24", "embeddings\" : 2000000000");
        assertFails(
                dir, config + ": max_position_embeddings must be at most 1048576, was 2000000000");
        edit(config, json, "\"capacity_factor\" : 0.0", "\"capacity_factor\" : -1.0");
        assertFails(dir, config + ": capacityFactor must be >= 0 (0 is dropless), was -1.0");
        edit(config, json, "\"vocab_size\" : 256", "\"vocab_size\" : 255");
        assertFails(
                dir, dir + ": the model must have at least the tokenizer's 256 tokens, has 255");
        Files.writeString(config, json.substring(0, 50));
        assertThatThrownBy(() -> ModelFiles.load(dir, Precision.FLOAT32))
                .hasMessageStartingWith(config + ": not JSON: ")
                .hasMessageNotContaining("\n");
        Files.writeString(config, "[]");
        assertFails(dir, config + ": must be a JSON object");
    }

    @Test
    void weightsOfAnotherShapeAreNamed() throws IOException {
        Path dir = saved(Shapes.chain());
        Path config = dir.resolve("config.json");
        Path weights = dir.resolve("model.safetensors");
        String json = Files.readString(config);
        edit(config, json, "\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 3");
        assertFailsBeginning(
                dir, weights + ": no tensor \"model.layers.2.self_attn.q_proj.weight\"");
        edit(config, json, "\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 1");
        assertFails(
                dir,
                weights + ": tensor model.layers.1.input_layernorm.weight is no part of the model");
        edit(config, json, "\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 2000000000");
        assertFails(dir, weights + ": holds fewer than the 30000000000 tensors of config.json");
        edit(config, json, "\"hidden_size\" : 12", "\"hidden_size\" : 1000000000");
        assertFails(
                dir,
                weights
                        + ": tensor model.embed_tokens.weight has shape [256, 12], the model needs"
                        + " [256, 1000000000]");
        edit(config, json, "\"selection_bias\" : false", "\"selection_bias\" : true");
        assertFailsBeginning(
                dir, weights + ": no tensor \"model.layers.0.mlp.gate.0.e_score_correction_bias\"");
        Files.writeString(config, json);
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> ModelFiles.load(dir, Precision.FLOAT32))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(weights + ": not a valid safetensors file");
    }

    private static void edit(Path file, String json, String from, String to) throws IOException {
        assertThat(json).contains(from);
        Files.writeString(file, json.replace(from, to));
    }

    private static void assertFails(Path dir, String message) {
        assertThatThrownBy(() -> ModelFiles.load(dir, Precision.FLOAT32))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    private static void assertFailsBeginning(Path dir, String message) {
        assertThatThrownBy(() -> ModelFiles.load(dir, Precision.FLOAT32))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }
}
