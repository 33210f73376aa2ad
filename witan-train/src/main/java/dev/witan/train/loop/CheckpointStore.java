// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

import java.io.IOException;

/// Where a run saves its state.
@FunctionalInterface
public interface CheckpointStore {
    /// A store that keeps nothing.
    CheckpointStore NONE = trainer -> {};

    /// Saves the trainer's state; when this returns it survives a crash.
    void save(Trainer trainer) throws IOException;
}
