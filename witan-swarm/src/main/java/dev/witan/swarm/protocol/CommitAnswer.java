// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import dev.witan.swarm.ExpertId;

import java.util.List;

/// The versions of a host's experts after a step.
///
/// @param versions of all its experts of the model, ascending
/// @param duplicate whether the step had been applied before and was not applied again
public record CommitAnswer(List<ExpertVersion> versions, boolean duplicate) {
    /// Copies the list.
    public CommitAnswer {
        versions = List.copyOf(versions);
    }

    /// How many steps an expert has seen.
    public record ExpertVersion(ExpertId expert, long version) {}
}
