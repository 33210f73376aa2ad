// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Configurations that come with the program, by name: `NAME.yaml` resources of one folder, listed
/// in its `index.txt`, since a class path cannot be listed.
///
/// @param names in the order of the index
public record Presets(String folder, List<String> names) {
    private static final String BUNDLED = "dev/witan/train/presets";

    public Presets {
        names = List.copyOf(names);
    }

    /// The presets of this library.
    public static Presets bundled() {
        return in(BUNDLED);
    }

    /// The presets of a resource folder; lines of the index that begin with `#` are comments.
    public static Presets in(String folder) {
        List<String> names =
                resource(folder + "/index.txt")
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .toList();
        return new Presets(folder, names);
    }

    /// The YAML of a preset.
    ///
    /// **Errors** unknown name → [ConfigException] that suggests one.
    public String yaml(String name) {
        if (!names.contains(name)) {
            throw new ConfigException(
                    "unknown preset " + name + DidYouMean.suggestion(name, names));
        }
        return resource(folder + "/" + name + ".yaml");
    }

    private static String resource(String path) {
        try (InputStream in = Presets.class.getClassLoader().getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("resource " + path + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("resource " + path + " is not readable", e);
        }
    }
}
