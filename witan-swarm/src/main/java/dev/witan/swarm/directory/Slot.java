// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import dev.witan.swarm.PeerId;

import java.util.Comparator;
import java.util.HexFormat;

/// The place of a piece: a peer and a number.
///
/// @param peer whose piece
/// @param piece from 0
public record Slot(PeerId peer, int piece) implements Comparable<Slot> {
    private static final Comparator<Slot> ORDER =
            Comparator.comparing(Slot::peer).thenComparingInt(Slot::piece);

    /// The shard that it belongs to: peers are spread by their hash, a peer's pieces lie side by
    /// side.
    public int shard(DirectoryLimits limits) {
        long hash = HexFormat.fromHexDigitsToLong(peer.hex(), 0, 15);
        return (int) ((hash + piece) % limits.shards());
    }

    @Override
    public int compareTo(Slot other) {
        return ORDER.compare(this, other);
    }
}
