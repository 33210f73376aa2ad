// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads configurations of one record type, strictly: see the package documentation for the form.
///
/// **Errors** every fault of a file or setting → [ConfigException]; a type that configurations
/// cannot hold → [IllegalArgumentException].
///
/// **Threads** safe.
///
/// @param <T> the configuration's record
public final class ConfigReader<T extends Record> {
    private final Class<T> type;
    private final RecordBinder binder;

    private ConfigReader(Class<T> type, RecordBinder binder) {
        this.type = type;
        this.binder = binder;
    }

    /// A reader for a record type.
    ///
    /// @param defaults at most one instance of each record type in the configuration, that type's
    ///   keys fall back to its values; an outer record's default wins over an inner one's
    public static <T extends Record> ConfigReader<T> of(Class<T> type, Record... defaults) {
        Map<Class<?>, Record> byType = new HashMap<>();
        for (Record value : defaults) {
            if (byType.put(value.getClass(), value) != null) {
                throw new IllegalArgumentException(
                        "defaults must hold one value per type, was two of "
                                + value.getClass().getName());
            }
        }
        return new ConfigReader<>(type, new RecordBinder(type, byType));
    }

    /// Reads a YAML (or JSON) file, then applies `key=value` settings.
    public T fromFile(Path file, List<String> overrides) {
        try {
            if (Files.size(file) > ConfigDocument.TEXT_LENGTH_MAX) {
                throw new ConfigException(
                        file + ": larger than " + ConfigDocument.TEXT_LENGTH_MAX + " bytes");
            }
            String text = Files.readString(file);
            if (text.isBlank()) {
                throw new ConfigException(file + ": is empty");
            }
            return fromText(file.toString(), text, overrides);
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + ": not UTF-8", e);
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /// Reads a preset, then applies `key=value` settings.
    public T fromPreset(Presets presets, String name, List<String> overrides) {
        return fromText("preset " + name, presets.yaml(name), overrides);
    }

    /// Reads a YAML (or JSON) text, then applies `key=value` settings.
    ///
    /// @param source names the text in messages
    public T fromText(String source, String text, List<String> overrides) {
        ConfigNode document = ConfigDocument.parse(source, text);
        if (!(document instanceof ConfigNode.Mapping mapping)) {
            throw new ConfigException(source + ": must be keys with values");
        }
        return type.cast(binder.bind(type, Overrides.apply(mapping, overrides), ""));
    }

    /// The defaults with `key=value` settings applied.
    public T fromDefaults(List<String> overrides) {
        return fromText("defaults", "{}", overrides);
    }
}
