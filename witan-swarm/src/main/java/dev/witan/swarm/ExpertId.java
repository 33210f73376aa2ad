// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm;

import java.util.Comparator;

/// The name of an expert in a swarm.
///
/// @param model name of the model
/// @param layer layer of the model, from 0
/// @param index expert of the layer, from 0
public record ExpertId(String model, int layer, int index) implements Comparable<ExpertId> {
    private static final Comparator<ExpertId> ORDER =
            Comparator.comparing(ExpertId::model)
                    .thenComparingInt(ExpertId::layer)
                    .thenComparingInt(ExpertId::index);

    /// Checks the name.
    public ExpertId {
        if (model.isBlank()) {
            throw new IllegalArgumentException("model must not be blank");
        }
        if (layer < 0 || index < 0) {
            throw new IllegalArgumentException(
                    "layer and index must be >= 0, were " + layer + " and " + index);
        }
    }

    @Override
    public int compareTo(ExpertId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return model + "/" + layer + "/" + index;
    }
}
