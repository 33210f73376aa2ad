// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import java.util.Optional;

/// A replica to be made on a peer.
///
/// @param expert the expert
/// @param target the peer that fetches it
/// @param bytes what is copied
/// @param replaces the holder that may drop its replica once this one has announced itself; none if
///   this replica is an additional one
public record Move(ExpertId expert, PeerId target, long bytes, Optional<PeerId> replaces) {}
