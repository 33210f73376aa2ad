// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import java.util.OptionalInt;

/// The shape of multi-head latent attention: keys and values of a token come from one low-rank
/// vector, and positions from a key part that all heads share.
///
/// Only counted by [ParameterShapes]; models with it cannot be built yet.
///
/// @param keyValueRank width of the latent vector of keys and values
/// @param nopeWidth width per head of queries and keys without positions
/// @param ropeWidth width per head of queries and keys with rotary positions
/// @param valueWidth width per head of values
/// @param queryRank width of the latent vector of queries; empty if queries are projected at once
/// @see "DeepSeek-V2 (2024), section 2.1"
public record MlaShape(
        int keyValueRank, int nopeWidth, int ropeWidth, int valueWidth, OptionalInt queryRank) {
    /// Checks every width.
    public MlaShape {
        ModelConfig.atLeastOne("keyValueRank", keyValueRank);
        ModelConfig.atLeastOne("nopeWidth", nopeWidth);
        ModelConfig.atLeastOne("ropeWidth", ropeWidth);
        ModelConfig.atLeastOne("valueWidth", valueWidth);
        queryRank.ifPresent(rank -> ModelConfig.atLeastOne("queryRank", rank));
    }
}
