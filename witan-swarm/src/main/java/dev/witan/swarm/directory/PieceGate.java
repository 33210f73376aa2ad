// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import dev.witan.swarm.identity.SwarmId;

import java.util.List;
import java.util.Optional;

/// The conditions for a piece from the wire, cheap ones first.
///
/// A peer's quota follows from them: a peer has at most [DirectoryLimits#peerPieces] slots, and a
/// piece at most [DirectoryLimits#pieceRecords] experts, both bounded when the piece is read.
final class PieceGate {
    private final List<PieceCheck> checks;

    PieceGate(List<PieceCheck> checks) {
        this.checks = List.copyOf(checks);
    }

    static List<PieceCheck> standard(SwarmId swarm, MemberCheck members, DirectoryLimits limits) {
        return List.of(
                (piece, _) -> when(!piece.piece().swarm().equals(swarm), Drop.FOREIGN),
                (piece, known) -> when(piece.slot().shard(limits) != known.index(), Drop.MISPLACED),
                PieceGate::number,
                (piece, _) -> when(piece.size() > limits.shardBytes(), Drop.OVER_QUOTA),
                (piece, _) -> when(!piece.isSigned(), Drop.FORGED),
                (piece, known) -> member(piece, known, members));
    }

    Optional<Drop> check(SignedPiece piece, DirectoryShard known) {
        return checks.stream().flatMap(c -> c.check(piece, known).stream()).findFirst();
    }

    /// Only a later piece is worth a look at its signature.
    static Optional<Drop> number(SignedPiece piece, DirectoryShard known) {
        SignedPiece present = known.pieces().get(piece.slot());
        return when(
                present != null && SignedPiece.later(present, piece).equals(present),
                Drop.REPLAYED);
    }

    /// A proof that was good for the piece before is not verified again.
    private static Optional<Drop> member(
            SignedPiece piece, DirectoryShard known, MemberCheck members) {
        SignedPiece present = known.pieces().get(piece.slot());
        byte[] proof = piece.piece().proof();
        boolean same = present != null && java.util.Arrays.equals(present.piece().proof(), proof);
        return when(!same && !members.isMember(piece.key(), proof), Drop.FOREIGN);
    }

    private static Optional<Drop> when(boolean bad, Drop drop) {
        return bad ? Optional.of(drop) : Optional.empty();
    }
}
