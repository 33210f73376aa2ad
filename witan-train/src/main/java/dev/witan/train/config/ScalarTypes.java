// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Reads single values: strict about what is a number, lenient about the case of names.
final class ScalarTypes {
    private static final String WHOLE = "a whole number";
    private static final String NUMBER = "a number";

    private ScalarTypes() {}

    static boolean supports(Class<?> type) {
        return type.isEnum()
                || List.of(
                                int.class,
                                long.class,
                                double.class,
                                float.class,
                                boolean.class,
                                String.class,
                                Path.class)
                        .contains(type);
    }

    /// What a key of this type must be, for messages.
    static String expected(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + String.join(", ", names(type));
        }
        return switch (type.getSimpleName()) {
            case "int", "long" -> WHOLE;
            case "double", "float" -> NUMBER;
            case "boolean" -> "true or false";
            case "Path" -> "a path";
            default -> "a text";
        };
    }

    /// The value of a text, boxed.
    static Object read(Class<?> type, String key, String text) {
        if (type.isEnum()) {
            return constant(type, key, text);
        }
        return switch (type.getSimpleName()) {
            case "int" -> (int) whole(key, text, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "long" -> whole(key, text, Long.MIN_VALUE, Long.MAX_VALUE);
            case "double" -> number(key, text, Double.MAX_VALUE);
            case "float" -> (float) number(key, text, Float.MAX_VALUE);
            case "boolean" -> truth(key, text);
            case "Path" -> path(key, text);
            default -> text;
        };
    }

    static ConfigException wrong(String key, String expected, String text) {
        return new ConfigException(key + " must be " + expected + ", was '" + text + "'");
    }

    private static long whole(String key, String text, long min, long max) {
        if (!text.matches("[-+]?[0-9]{1,40}")) {
            throw wrong(key, WHOLE, text);
        }
        var value = new BigInteger(text);
        if (value.compareTo(BigInteger.valueOf(min)) < 0
                || value.compareTo(BigInteger.valueOf(max)) > 0) {
            throw wrong(key, "in [" + min + ", " + max + "]", text);
        }
        return value.longValue();
    }

    private static double number(String key, String text, double max) {
        if (!text.matches(
                "[-+]?([0-9]{1,40}(\\.[0-9]{0,40})?|\\.[0-9]{1,40})([eE][-+]?[0-9]{1,4})?")) {
            throw wrong(key, NUMBER, text);
        }
        double value = new BigDecimal(text).doubleValue();
        if (Math.abs(value) > max) {
            throw wrong(key, "of size at most " + max, text);
        }
        return value;
    }

    private static boolean truth(String key, String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(key, "true or false", text);
        };
    }

    private static Path path(String key, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new ConfigException(key + " must be a path, was '" + text + "'", e);
        }
    }

    private static Object constant(Class<?> type, String key, String text) {
        for (Object constant : type.getEnumConstants()) {
            if (KebabCase.same(((Enum<?>) constant).name(), text)) {
                return constant;
            }
        }
        throw new ConfigException(
                key
                        + " must be "
                        + expected(type)
                        + ", was '"
                        + text
                        + "'"
                        + DidYouMean.question(text, names(type)));
    }

    private static List<String> names(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> KebabCase.ofConstant(((Enum<?>) constant).name()))
                .toList();
    }
}
