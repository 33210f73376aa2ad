// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import java.util.List;

/// Closes a step for further contributions and asks how large the trainer's gradients are.
///
/// @param step step of the trainer
/// @param updates what the trainer believes the host has applied
public record PrepareRequest(RequestHead head, long step, List<UpdateId> updates)
        implements ExpertRequest<PrepareAnswer> {
    /// Copies the list.
    public PrepareRequest {
        updates = List.copyOf(updates);
        if (step < 0) {
            throw new IllegalArgumentException("step must be >= 0, was " + step);
        }
    }

    @Override
    public long payloadSize() {
        return 0;
    }
}
