// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.golden;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Named weight matrices of a checkpoint, in float64; a vector is one row.
public final class Weights {
    private final Map<String, double[][]> byName;
    private final Set<String> read = new HashSet<>();

    private Weights(Map<String, double[][]> byName) {
        this.byName = byName;
    }

    /// All floating-point tensors of a file.
    public static Weights of(GoldenTensors tensors) {
        Map<String, double[][]> byName = new LinkedHashMap<>();
        tensors.names().forEach(name -> byName.put(name, tensors.matrix(name)));
        return new Weights(byName);
    }

    /// The same weights with one of them replaced.
    public Weights with(String name, double[][] matrix) {
        matrix(name);
        Map<String, double[][]> changed = new LinkedHashMap<>(byName);
        changed.put(name, matrix);
        return new Weights(changed);
    }

    /// A matrix.
    public double[][] matrix(String name) {
        double[][] matrix = byName.get(name);
        if (matrix == null) {
            throw new IllegalArgumentException("no weight " + name + " among " + byName.size());
        }
        read.add(name);
        return matrix;
    }

    /// A vector.
    public double[] vector(String name) {
        return matrix(name)[0];
    }

    /// Whether there is a weight of that name.
    public boolean has(String name) {
        return byName.containsKey(name);
    }

    /// The weights that nobody asked for: a model that leaves any has not been read whole.
    public Set<String> unread() {
        Set<String> unread = new TreeSet<>(byName.keySet());
        unread.removeAll(read);
        return Collections.unmodifiableSet(unread);
    }
}
