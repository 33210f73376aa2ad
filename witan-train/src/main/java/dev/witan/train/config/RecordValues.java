// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes records apart into untyped nodes: the way back from [RecordBinder].
final class RecordValues {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RecordValues() {}

    /// A value as the document that a key of the given type reads.
    static ConfigNode node(Type type, Object value) {
        return node(json(type, value));
    }

    private static ConfigNode node(JsonNode json) {
        if (json.isObject()) {
            ConfigNode.Mapping mapping = ConfigNode.Mapping.EMPTY;
            for (var property : json.properties()) {
                mapping = mapping.with(property.getKey(), node(property.getValue()));
            }
            return mapping;
        }
        if (json.isArray()) {
            List<ConfigNode> items = new ArrayList<>();
            json.forEach(item -> items.add(node(item)));
            return new ConfigNode.Sequence(items);
        }
        return json.isNull() ? new ConfigNode.Null() : new ConfigNode.Scalar(json.asString());
    }

    /// A value as a key of the given type is written.
    static JsonNode json(Type type, Object value) {
        return switch (value) {
            case Record r when type instanceof Class<?> declared && declared.isSealed() ->
                    object(r, Optional.of(RecordTypes.kindName(r.getClass())));
            case Record r -> object(r, Optional.empty());
            case Optional<?> optional ->
                    optional.isPresent() ? json(argument(type), optional.get()) : NODES.nullNode();
            case List<?> list -> {
                ArrayNode items = NODES.arrayNode();
                list.forEach(item -> items.add(json(argument(type), item)));
                yield items;
            }
            case Enum<?> constant -> NODES.stringNode(KebabCase.ofConstant(constant.name()));
            case Integer number -> NODES.numberNode(number.intValue());
            case Long number -> NODES.numberNode(number.longValue());
            case Double number -> NODES.numberNode(number.doubleValue());
            case Float number -> NODES.numberNode(number.floatValue());
            case Boolean truth -> NODES.booleanNode(truth);
            default -> NODES.stringNode(value.toString());
        };
    }

    private static Type argument(Type type) {
        return ((ParameterizedType) type).getActualTypeArguments()[0];
    }

    private static ObjectNode object(Record value, Optional<String> kind) {
        ObjectNode object = NODES.objectNode();
        kind.ifPresent(name -> object.put(RecordTypes.KIND, name));
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            object.set(
                    component.getName(),
                    json(component.getGenericType(), component(value, component)));
        }
        return object;
    }

    static Object component(Record value, RecordComponent component) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true); // the record itself need not be public
            return accessor.invoke(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(value.getClass().getName() + " is no usable record", e);
        }
    }
}
