// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import java.util.List;

/// What the participants of a round agree on.
public sealed interface RoundOutcome {
    /// These slices make the new trunk.
    ///
    /// @param hashes SHA-256 of each slice
    record Slices(List<String> hashes) implements RoundOutcome {
        /// Copies the list.
        public Slices {
            hashes = List.copyOf(hashes);
        }
    }

    /// Everyone keeps its own trunk.
    record Nothing() implements RoundOutcome {}
}
