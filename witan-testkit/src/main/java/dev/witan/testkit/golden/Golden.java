// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.golden;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A small checkpoint with what the reference implementation computes from it.
///
/// @param name the folder's name
/// @param config `config.json`
/// @param results `golden.json`: losses and gradient norms, where the family has them
/// @param tensors `golden.safetensors`: `input_ids` and `logits` of every golden, more of some
/// @param weights `model.safetensors`
public record Golden(
        String name,
        JsonNode config,
        JsonNode results,
        GoldenTensors tensors,
        GoldenTensors weights) {

    /// The goldens that come with this module.
    public static final List<String> NAMES = List.of("coe-c2", "mixtral-f32");

    private static final List<String> FILES =
            List.of("config.json", "golden.json", "golden.safetensors", "model.safetensors");

    /// Reads one of [#NAMES].
    ///
    /// Errors: [IOException] if there is none of that name.
    public static Golden named(String name) throws IOException {
        return read(name, file -> resource(name, file));
    }

    /// Reads a folder of the same form.
    ///
    /// Errors: [IOException] if a file is missing or damaged.
    public static Golden read(Path folder) throws IOException {
        return read(
                folder.getFileName().toString(), file -> Files.readAllBytes(folder.resolve(file)));
    }

    /// Writes the files of one of [#NAMES] into `folder`, for code that loads from a directory.
    public static Path copy(String name, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String file : FILES) {
            Files.write(folder.resolve(file), resource(name, file));
        }
        return folder;
    }

    /// The token ids that the logits belong to `[B, T]`.
    public int[][] inputIds() {
        return tensors.integers("input_ids");
    }

    /// The reference implementation's logits, one row per token `[B · T, V]`.
    public double[][] logits() {
        return tensors.matrix("logits");
    }

    private interface Source {
        byte[] bytes(String file) throws IOException;
    }

    private static Golden read(String name, Source source) throws IOException {
        JsonMapper json = JsonMapper.shared();
        return new Golden(
                name,
                json.readTree(source.bytes("config.json")),
                json.readTree(source.bytes("golden.json")),
                GoldenTensors.parse(source.bytes("golden.safetensors")),
                GoldenTensors.parse(source.bytes("model.safetensors")));
    }

    private static byte[] resource(String name, String file) throws IOException {
        String path = "/goldens/" + name + "/" + file;
        try (InputStream in = Golden.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IOException("no golden " + path + ", there are " + NAMES);
            }
            return in.readAllBytes();
        }
    }
}
