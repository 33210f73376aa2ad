// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import org.jspecify.annotations.Nullable;

/// One row of the paper's Table 1, for 25 runs.
///
/// @param trainPercent right on the training set
/// @param testPercent right on the test set
public record PublishedRow(
        int trainPercent, int testPercent, int meanEpochs, int standardDeviation) {

    private static final PublishedRow MIXTURE_4 = new PublishedRow(88, 90, 1124, 23);
    private static final PublishedRow MIXTURE_8 = new PublishedRow(88, 90, 1083, 12);
    private static final PublishedRow NETWORK_6 = new PublishedRow(88, 90, 2209, 83);
    private static final PublishedRow NETWORK_12 = new PublishedRow(88, 90, 2435, 124);

    /// Mixture of 4 over network of 6, rounded from 1124 / 2209.
    static final double EPOCH_RATIO = 0.51;

    /// The row for a system, or null if the paper has none.
    static @Nullable PublishedRow of(VowelSystem system) {
        if (system.equals(VowelSystem.MIXTURE_4)) {
            return MIXTURE_4;
        }
        if (system.equals(VowelSystem.MIXTURE_8)) {
            return MIXTURE_8;
        }
        if (system.equals(VowelSystem.NETWORK_6)) {
            return NETWORK_6;
        }
        return system.equals(VowelSystem.NETWORK_12) ? NETWORK_12 : null;
    }
}
