// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import java.util.Arrays;

/// The experts of one layer that a host holds, with their versions.
///
/// Mutable: the versions count the steps applied.
public final class HostedLayer {
    private final int[] experts;
    private final ExpertArithmetic arithmetic;
    private final long[] versions;

    /// A layer.
    ///
    /// @param experts indices in the layer, ascending; slot `i` of the arithmetic is `experts[i]`
    public HostedLayer(int[] experts, ExpertArithmetic arithmetic) {
        this.experts = experts.clone();
        this.arithmetic = arithmetic;
        this.versions = new long[experts.length];
        if (experts.length != arithmetic.experts()) {
            throw new IllegalArgumentException(
                    "the arithmetic has %d experts, the layer %d"
                            .formatted(arithmetic.experts(), experts.length));
        }
        for (int i = 0; i < experts.length; i++) {
            if (experts[i] < 0 || (i > 0 && experts[i] <= experts[i - 1])) {
                throw new IllegalArgumentException(
                        "experts must ascend, were " + Arrays.toString(experts));
            }
        }
    }

    /// The arithmetic.
    public ExpertArithmetic arithmetic() {
        return arithmetic;
    }

    /// Number of experts held.
    int size() {
        return experts.length;
    }

    /// Index in the layer of a slot.
    int expert(int slot) {
        return experts[slot];
    }

    /// Slot of an expert, negative if it is not held.
    int slot(int expert) {
        return Arrays.binarySearch(experts, expert);
    }

    /// Steps applied to a slot.
    long version(int slot) {
        return versions[slot];
    }

    void advance() {
        for (int slot = 0; slot < versions.length; slot++) {
            versions[slot]++;
        }
    }
}
