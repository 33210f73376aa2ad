// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import dev.witan.swarm.protocol.Rows;

import java.util.BitSet;
import java.util.List;

/// What a layer call brought.
///
/// @param layer layer of the model
/// @param rows answers `[R,D]` in the order of the plan, zero where nobody answered
/// @param failed rows that nobody answered
/// @param answered who answered what
public record ForwardResult(int layer, Rows rows, BitSet failed, List<Answered> answered) {
    /// Copies the list.
    public ForwardResult {
        answered = List.copyOf(answered);
    }

    /// A request that was answered.
    ///
    /// @param versions version of each expert
    /// @param handle name of what the peer keeps for backward, 0 for nothing
    record Answered(Share share, long[] versions, long handle) {}
}
