// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

/// A replica that is no longer needed.
///
/// @param expert the expert
/// @param peer the peer that frees its memory
public record Drop(ExpertId expert, PeerId peer) {}
