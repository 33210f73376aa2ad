// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.identity.Endpoint;

/// A peer that published an expert.
///
/// @param peer the peer
/// @param endpoint where it takes expert calls
/// @param record what it published about the expert
public record Replica(PeerId peer, Endpoint endpoint, ExpertRecord record) {}
