// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.PeerId;

/// A message on its way.
///
/// @param to the receiver, possibly the sender itself
/// @param message what it says
public record Envelope(PeerId to, LeaseMessage message) {}
