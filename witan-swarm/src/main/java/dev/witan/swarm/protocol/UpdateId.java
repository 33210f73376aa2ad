// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import java.util.Comparator;

/// The name of one contribution to gradients: whatever is sent again is sent under the same name,
/// and a host applies a name once.
///
/// @param trainer whose gradient it is
/// @param step step of the trainer, from 0
/// @param layer layer of the model
/// @param iteration number of this call among the layer's calls of the step, from 0
/// @param chunk number of this request among those of the call, from 0
public record UpdateId(TrainerId trainer, long step, int layer, int iteration, int chunk)
        implements Comparable<UpdateId> {
    private static final Comparator<UpdateId> ORDER =
            Comparator.comparing(UpdateId::trainer)
                    .thenComparingLong(UpdateId::step)
                    .thenComparingInt(UpdateId::layer)
                    .thenComparingInt(UpdateId::iteration)
                    .thenComparingInt(UpdateId::chunk);

    /// Checks the numbers.
    public UpdateId {
        if (step < 0 || layer < 0 || iteration < 0 || chunk < 0) {
            throw new IllegalArgumentException(
                    "step, layer, iteration and chunk must be >= 0, were %d, %d, %d and %d"
                            .formatted(step, layer, iteration, chunk));
        }
    }

    @Override
    public int compareTo(UpdateId other) {
        return ORDER.compare(this, other);
    }
}
