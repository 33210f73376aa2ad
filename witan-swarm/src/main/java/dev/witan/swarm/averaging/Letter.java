// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import dev.witan.swarm.PeerId;

/// A message on its way.
///
/// @param to the receiver, possibly the sender itself
/// @param message what it says
public record Letter(PeerId to, RoundMessage message) {}
