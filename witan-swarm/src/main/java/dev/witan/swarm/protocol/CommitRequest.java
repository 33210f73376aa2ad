// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

/// Applies a prepared step of one trainer to every expert of the model that the host holds: AdamW
/// moves also those that had no row.
///
/// @param step step of the trainer, as prepared
/// @param update constants of the step
public record CommitRequest(RequestHead head, long step, AdamWUpdate update)
        implements ExpertRequest<CommitAnswer> {
    /// Checks the step.
    public CommitRequest {
        if (step < 0) {
            throw new IllegalArgumentException("step must be >= 0, was " + step);
        }
    }

    @Override
    public long payloadSize() {
        return 0;
    }
}
