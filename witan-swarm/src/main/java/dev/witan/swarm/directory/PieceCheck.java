// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import java.util.Optional;

/// One condition that a piece from the wire has to meet.
@FunctionalInterface
interface PieceCheck {
    /// Why the piece is dropped, if it is.
    ///
    /// @param known what the shard holds
    Optional<Drop> check(SignedPiece piece, DirectoryShard known);
}
