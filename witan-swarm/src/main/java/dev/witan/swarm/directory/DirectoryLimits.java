// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

/// The bounds of a directory. All peers of a swarm have the same.
///
/// @param shards number of fixed keys over which the pieces are spread
/// @param shardBytes the largest encoding of a shard that is made
/// @param pieceRecords experts in one piece
/// @param peerRecords experts of one peer
public record DirectoryLimits(int shards, int shardBytes, int pieceRecords, int peerRecords) {
    /// 256 shards of at most 192 KiB, pieces of 256 experts, 16,384 experts per peer.
    public static final DirectoryLimits STANDARD = new DirectoryLimits(256, 192 << 10, 256, 16_384);

    /// The longest name of a model, in bytes of UTF-8.
    static final int MODEL_BYTES_MAX = 128;

    /// The longest proof of membership.
    static final int PROOF_BYTES_MAX = 8192;

    /// Checks the bounds.
    public DirectoryLimits {
        if (shards < 1 || shards > 65_536) {
            throw new IllegalArgumentException("shards must be in [1, 65536], was " + shards);
        }
        if (pieceRecords < 1 || pieceRecords > peerRecords) {
            throw new IllegalArgumentException(
                    "pieceRecords must be in [1, " + peerRecords + "], was " + pieceRecords);
        }
        if (shardBytes < 1) {
            throw new IllegalArgumentException("shardBytes must be > 0, was " + shardBytes);
        }
    }

    /// Pieces of one peer.
    public int peerPieces() {
        return Math.ceilDiv(peerRecords, pieceRecords);
    }

    /// The largest content of a piece.
    int pieceBytes() {
        // model, layer, index, role, epoch, version, hash
        int record = MODEL_BYTES_MAX + 2 + 5 + 5 + 1 + 9 + 9 + 32;
        return pieceRecords * record + PROOF_BYTES_MAX + 1024;
    }
}
