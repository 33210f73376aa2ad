// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

/// How often a run is saved.
///
/// @param every steps between checkpoints, 0 for one at the end only
/// @param keep newest checkpoints that stay, at least 1
public record CheckpointConfig(int every, int keep) {
    /// Checks the values.
    public CheckpointConfig {
        TrainConfig.atLeast("every", every, 0);
        TrainConfig.atLeast("keep", keep, 1);
    }
}
