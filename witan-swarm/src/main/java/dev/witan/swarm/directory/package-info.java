// SPDX-License-Identifier: Apache-2.0
/// Who holds which expert, as every peer knows it without asking anybody.
///
/// Each peer publishes its experts in signed pieces ([SignedPiece]); a piece with a higher number
/// replaces an earlier one of the same slot. Pieces are spread over a fixed number of shards
/// ([DirectoryShard]), each of which merges like a set: in any order, any number of times, with the
/// same result. No clock is involved. [Directory] holds all shards and the index for look-ups.
///
/// Nothing is taken from the wire before [PieceGate] has looked at it; what it drops is counted by
/// [Drop].
@NullMarked
package dev.witan.swarm.directory;

import org.jspecify.annotations.NullMarked;
