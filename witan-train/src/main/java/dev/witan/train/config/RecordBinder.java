// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Builds records from untyped nodes through their canonical constructors.
///
/// Algorithm notes: own binding instead of Jackson's, because every fault has to be one line with
/// the whole key, absent keys take per-type defaults, and a scalar's meaning comes from its key's
/// type. It uses what `java.lang.Class` says about records and sealed types, nothing private.
final class RecordBinder {
    private final Class<?> root;
    private final Map<Class<?>, Record> defaults;

    RecordBinder(Class<?> root, Map<Class<?>, Record> defaults) {
        this.root = root;
        this.defaults = Map.copyOf(defaults);
    }

    Object bind(Type type, ConfigNode node, String path) {
        if (type instanceof ParameterizedType generic) {
            return bindGeneric(generic, node, path);
        }
        var plain = (Class<?>) type;
        if (ScalarTypes.supports(plain)) {
            return ScalarTypes.read(plain, path, scalar(ScalarTypes.expected(plain), node, path));
        }
        if (plain.isRecord()) {
            return bindRecord(plain, mapping(node, path), Set.of(), path);
        }
        if (plain.isSealed() && plain.isInterface()) {
            return bindKind(plain, node, path);
        }
        throw unsupported(type, path);
    }

    private Object bindGeneric(ParameterizedType type, ConfigNode node, String path) {
        Type item = type.getActualTypeArguments()[0];
        if (type.getRawType() == Optional.class) {
            return node instanceof ConfigNode.Null
                    ? Optional.empty()
                    : Optional.of(bind(item, node, path));
        }
        if (type.getRawType() != List.class) {
            throw unsupported(type, path);
        }
        if (!(node instanceof ConfigNode.Sequence(List<ConfigNode> items))) {
            throw ScalarTypes.wrong(path, "a list", described(node));
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            values.add(bind(item, items.get(i), ConfigNode.child(path, Integer.toString(i))));
        }
        return List.copyOf(values);
    }

    private Object bindKind(Class<?> sealedType, ConfigNode node, String path) {
        ConfigNode.Mapping mapping =
                node instanceof ConfigNode.Scalar
                        ? ConfigNode.Mapping.EMPTY.with(RecordTypes.KIND, node)
                        : mapping(node, path);
        var kinds = RecordTypes.kinds(sealedType);
        var names = kinds.stream().map(RecordTypes::kindName).toList();
        String key = ConfigNode.child(path, RecordTypes.KIND);
        ConfigNode kindNode = mapping.entries().get(RecordTypes.KIND);
        String expected = "one of " + String.join(", ", names);
        if (kindNode == null) {
            throw new ConfigException("missing key " + key + " (" + expected + ")");
        }
        String kind = scalar(expected, kindNode, key);
        for (int i = 0; i < kinds.size(); i++) {
            if (KebabCase.same(names.get(i), kind)) {
                return bindRecord(kinds.get(i), mapping, Set.of(RecordTypes.KIND), path);
            }
        }
        throw new ConfigException(
                key
                        + " must be "
                        + expected
                        + ", was '"
                        + kind
                        + "'"
                        + DidYouMean.question(kind, names));
    }

    private Object bindRecord(
            Class<?> type, ConfigNode.Mapping mapping, Set<String> further, String path) {
        Set<String> known = new LinkedHashSet<>(RecordTypes.componentNames(type));
        known.addAll(further);
        for (String key : mapping.entries().keySet()) {
            if (!known.contains(key)) {
                throw unknown(ConfigNode.child(path, key), path, known);
            }
        }
        RecordComponent[] components = type.getRecordComponents();
        var arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            arguments[i] = argument(type, components[i], mapping, path);
        }
        return construct(type, components, arguments, path);
    }

    private Object argument(
            Class<?> type, RecordComponent component, ConfigNode.Mapping mapping, String path) {
        String key = ConfigNode.child(path, component.getName());
        ConfigNode node = mapping.entries().get(component.getName());
        Record fallback = defaults.get(type);
        if (fallback == null) {
            return node == null
                    ? absent(component, key)
                    : bind(component.getGenericType(), node, key);
        }
        Object value = RecordValues.component(fallback, component);
        if (node == null) {
            return value;
        }
        var base = RecordValues.node(component.getGenericType(), value);
        return bind(component.getGenericType(), merged(base, node), key);
    }

    /// A mapping fills its gaps from the default; one of another kind starts afresh.
    private static ConfigNode merged(ConfigNode base, ConfigNode over) {
        if (!(base instanceof ConfigNode.Mapping below)) {
            return over;
        }
        ConfigNode.Mapping above;
        switch (over) {
            case ConfigNode.Mapping mapping -> above = mapping;
            case ConfigNode.Scalar kind when below.entries().containsKey(RecordTypes.KIND) ->
                    above = ConfigNode.Mapping.EMPTY.with(RecordTypes.KIND, kind);
            case ConfigNode.Scalar _, ConfigNode.Null _, ConfigNode.Sequence _ -> {
                return over;
            }
        }
        if (kind(above).isPresent() && !KebabCase.same(kind(above).get(), kind(below).orElse(""))) {
            return over;
        }
        ConfigNode.Mapping result = below;
        for (var entry : above.entries().entrySet()) {
            ConfigNode inner = below.entries().get(entry.getKey());
            ConfigNode value = entry.getValue();
            result = result.with(entry.getKey(), inner == null ? value : merged(inner, value));
        }
        return result;
    }

    private static Optional<String> kind(ConfigNode.Mapping mapping) {
        return mapping.entries().get(RecordTypes.KIND) instanceof ConfigNode.Scalar(String text)
                ? Optional.of(text)
                : Optional.empty();
    }

    private Object absent(RecordComponent component, String key) {
        Type type = component.getGenericType();
        if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            return Optional.empty();
        }
        if (component.getType().isRecord()) {
            return bindRecord(component.getType(), ConfigNode.Mapping.EMPTY, Set.of(), key);
        }
        String expected =
                ScalarTypes.supports(component.getType())
                        ? " (" + ScalarTypes.expected(component.getType()) + ")"
                        : "";
        throw new ConfigException("missing key " + key + expected);
    }

    private static Object construct(
            Class<?> type, RecordComponent[] components, Object[] arguments, String path) {
        var types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true); // the record itself need not be public
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new ConfigException(located(type, path, refused), refused);
            }
            throw new IllegalStateException(type.getName() + " failed to validate", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " is no usable record", e);
        }
    }

    /// `topK must be ...` at `model.router` becomes `model.router.topK must be ...`.
    private static String located(Class<?> type, String path, IllegalArgumentException refused) {
        String message = String.valueOf(refused.getMessage()).replaceAll("\\s*\\R\\s*", " ");
        String firstWord = message.split("[^A-Za-z0-9_]", 2)[0];
        if (RecordTypes.componentNames(type).contains(firstWord)) {
            return ConfigNode.child(path, message);
        }
        return path.isEmpty() ? message : path + ": " + message;
    }

    private ConfigException unknown(String key, String path, Set<String> siblings) {
        String last = key.substring(key.lastIndexOf('.') + 1);
        Map<String, String> byLast = new TreeMap<>();
        // A key of another kind at the same place is as wrong as the one found.
        RecordTypes.keys(root).stream()
                .filter(k -> !k.equals(key))
                .forEach(k -> byLast.putIfAbsent(k.substring(k.lastIndexOf('.') + 1), k));
        // The right name in the wrong place, then a slip in the right place, then both.
        Optional<String> meant =
                byLast.keySet().stream()
                        .filter(name -> KebabCase.same(name, last) && !siblings.contains(name))
                        .findFirst()
                        .map(byLast::get)
                        .or(() ->
                                DidYouMean.closest(last, siblings)
                                        .map(name -> ConfigNode.child(path, name)))
                        .or(() -> DidYouMean.closest(last, byLast.keySet()).map(byLast::get));
        return new ConfigException(
                "unknown key "
                        + key
                        + meant.map(DidYouMean::question)
                                .orElse(", known are " + String.join(", ", siblings)));
    }

    private static ConfigNode.Mapping mapping(ConfigNode node, String path) {
        if (node instanceof ConfigNode.Mapping mapping) {
            return mapping;
        }
        throw ScalarTypes.wrong(
                path.isEmpty() ? "a configuration" : path, "keys with values", described(node));
    }

    private static String scalar(String expected, ConfigNode node, String path) {
        if (node instanceof ConfigNode.Scalar(String text)) {
            return text;
        }
        throw ScalarTypes.wrong(path, expected, described(node));
    }

    private static String described(ConfigNode node) {
        return switch (node) {
            case ConfigNode.Scalar(String text) -> text;
            case ConfigNode.Null() -> "null";
            case ConfigNode.Sequence _ -> "a list";
            case ConfigNode.Mapping _ -> "keys with values";
        };
    }

    private static IllegalArgumentException unsupported(Type type, String path) {
        return new IllegalArgumentException(
                path + ": " + type.getTypeName() + " is no type of configurations");
    }
}
