// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.PeerId;

/// The highest epoch that a voter has given for an expert, and to whom.
///
/// @param epoch the epoch
/// @param holder who has it
/// @param incarnation a random number drawn at the start of the holder's process: after a restart
///   it must ask for a higher epoch, because it does not know what it did in the old one
public record Vote(Epoch epoch, PeerId holder, long incarnation) {}
