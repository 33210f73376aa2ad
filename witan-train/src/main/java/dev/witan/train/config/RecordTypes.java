// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What the types of a configuration say about its keys.
final class RecordTypes {
    static final String KIND = "kind";
    private static final int DEPTH_MAX = ConfigDocument.DEPTH_MAX;

    private RecordTypes() {}

    /// The records of a sealed interface, in the order of its `permits`.
    static List<Class<? extends Record>> kinds(Class<?> sealedType) {
        List<Class<? extends Record>> kinds = new ArrayList<>();
        for (Class<?> permitted : sealedType.getPermittedSubclasses()) {
            if (permitted.isRecord()) {
                kinds.add(permitted.asSubclass(Record.class));
            } else if (permitted.isSealed()) {
                kinds.addAll(kinds(permitted));
            } else {
                throw new IllegalArgumentException(
                        permitted.getName() + " must be a record or a sealed interface");
            }
        }
        return kinds;
    }

    static String kindName(Class<?> recordType) {
        return KebabCase.ofType(recordType.getSimpleName());
    }

    static List<String> componentNames(Class<?> recordType) {
        List<String> names = new ArrayList<>();
        for (RecordComponent component : recordType.getRecordComponents()) {
            names.add(component.getName());
        }
        return names;
    }

    /// All dotted keys that some configuration of this type can hold.
    static Set<String> keys(Class<?> type) {
        Set<String> keys = new TreeSet<>();
        collect(type, "", 0, keys);
        return keys;
    }

    private static void collect(Type type, String path, int depth, Set<String> keys) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            collect(generic.getActualTypeArguments()[0], path, depth, keys);
        }
        if (!(type instanceof Class<?> plain) || depth > DEPTH_MAX) {
            return;
        }
        if (plain.isRecord()) {
            for (RecordComponent component : plain.getRecordComponents()) {
                String key = ConfigNode.child(path, component.getName());
                keys.add(key);
                collect(component.getGenericType(), key, depth + 1, keys);
            }
        } else if (plain.isSealed() && plain.isInterface()) {
            keys.add(ConfigNode.child(path, KIND));
            for (Class<?> kind : kinds(plain)) {
                collect(kind, path, depth, keys);
            }
        }
    }
}
