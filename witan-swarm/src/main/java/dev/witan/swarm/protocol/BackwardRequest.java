// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import java.util.List;

/// Asks for the gradient of rows' inputs, and adds that of the experts to what the host holds for
/// this trainer.
///
/// @param update name of the contribution; names trainer, step and layer
/// @param experts rows of each expert as in the forward request
/// @param versions version of each expert that forward saw
/// @param inputs where the inputs are
/// @param gradient gradient of the answers `[R,D]`, in the order of the answers
public record BackwardRequest(
        RequestHead head,
        UpdateId update,
        List<ExpertRows> experts,
        long[] versions,
        Inputs inputs,
        Rows gradient)
        implements ExpertRequest<BackwardAnswer> {
    /// Copies the list.
    public BackwardRequest {
        experts = List.copyOf(experts);
    }

    @Override
    public long payloadSize() {
        return gradient.size()
                + switch (inputs) {
                    case Inputs.Held _ -> 0;
                    case Inputs.Sent sent -> sent.tokens().size();
                };
    }
}
