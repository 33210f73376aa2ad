// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

/// How a round stands for one participant.
public sealed interface RoundStatus {
    /// Not over.
    record Running() implements RoundStatus {}

    /// Over: all who know the outcome have these values.
    ///
    /// @param values the aggregate of the contributions
    /// @param hash their SHA-256
    record Averaged(float[] values, String hash) implements RoundStatus {}

    /// Over, without effect for anyone.
    record Voided() implements RoundStatus {}

    /// This participant does not know the outcome, because it lost touch with the majority. It must
    /// fetch the trunk from another before it takes part again; until then rounds ignore it, as the
    /// hash of its trunk differs.
    record Lost() implements RoundStatus {}
}
