// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import tools.jackson.databind.JsonNode;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Strict reading of one JSON object: every key asked for must be there with the right type, and
/// [#refuseOthers] refuses those that nobody asked for.
///
/// **Errors** [IllegalArgumentException] naming the key.
final class JsonSettings {
    private static final int SHOWN = 100;

    private final String prefix;
    private final JsonNode object;
    private final Set<String> asked = new HashSet<>();

    /// The settings of `object`; messages name its keys behind `prefix`.
    JsonSettings(String prefix, JsonNode object) {
        if (!object.isObject()) {
            throw new IllegalArgumentException(
                    prefix.isEmpty() ? "must be a JSON object" : prefix + " must be a JSON object");
        }
        this.prefix = prefix;
        this.object = object;
    }

    JsonSettings object(String key) {
        return new JsonSettings(name(key), value(key));
    }

    int integer(String key) {
        JsonNode value = value(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(key, "a whole number", value);
        }
        return value.intValue();
    }

    double number(String key) {
        JsonNode value = value(key);
        if (!value.isNumber() || Double.isInfinite(value.doubleValue())) {
            throw wrong(key, "a number", value);
        }
        return value.doubleValue();
    }

    boolean flag(String key) {
        JsonNode value = value(key);
        if (!value.isBoolean()) {
            throw wrong(key, "true or false", value);
        }
        return value.booleanValue();
    }

    String text(String key) {
        JsonNode value = value(key);
        if (!value.isString()) {
            throw wrong(key, "a string", value);
        }
        return value.stringValue();
    }

    /// The constant whose name in lower case is the value.
    <E extends Enum<E>> E choice(String key, E[] constants) {
        String text = text(key);
        for (E constant : constants) {
            if (spelling(constant).equals(text)) {
                return constant;
            }
        }
        String all =
                String.join(", ", Arrays.stream(constants).map(JsonSettings::spelling).toList());
        throw wrong(key, "one of " + all, object.path(key));
    }

    /// How [#choice] spells a constant.
    static String spelling(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    void refuseOthers() {
        for (String key : object.propertyNames()) {
            if (!asked.contains(key)) {
                throw new IllegalArgumentException("unknown key " + name(shown(key)));
            }
        }
    }

    private JsonNode value(String key) {
        asked.add(key);
        JsonNode value = object.path(key);
        if (value.isMissingNode()) {
            throw new IllegalArgumentException(name(key) + " is missing");
        }
        return value;
    }

    private IllegalArgumentException wrong(String key, String wanted, JsonNode value) {
        return new IllegalArgumentException(
                name(key) + " must be " + wanted + ", was " + shown(value.toString()));
    }

    private String name(String key) {
        return prefix.isEmpty() ? key : prefix + "." + key;
    }

    /// Text of a file, fit for one line of a message.
    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }
}
