// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import java.util.List;

/// Asks for the answers of some experts of one layer.
///
/// @param layer layer of the model
/// @param experts rows of each expert, experts ascending
/// @param tokens the distinct tokens `[T,D]`
/// @param forBackward whether a backward call may follow, so that the host keeps what it needs
public record ForwardRequest(
        RequestHead head, int layer, List<ExpertRows> experts, Rows tokens, boolean forBackward)
        implements ExpertRequest<ForwardAnswer> {
    /// Copies the list.
    public ForwardRequest {
        experts = List.copyOf(experts);
    }

    @Override
    public long payloadSize() {
        return tokens.size();
    }
}
