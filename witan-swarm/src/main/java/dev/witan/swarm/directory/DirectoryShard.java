// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import dev.witan.swarm.identity.FieldReader;
import dev.witan.swarm.identity.FieldWriter;
import dev.witan.swarm.identity.IdentityException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The pieces under one fixed key: for each slot the latest that was seen. A state-based CRDT:
/// [#merge] is commutative, associative and idempotent, whatever arrives in whatever order.
///
/// **Threads** immutable.
public final class DirectoryShard {
    /// The most pieces that a shard from the wire may have.
    static final int PIECES_MAX = 4096;

    private final int index;
    private final SortedMap<Slot, SignedPiece> pieces;

    private DirectoryShard(int index, SortedMap<Slot, SignedPiece> pieces) {
        this.index = index;
        this.pieces = Collections.unmodifiableSortedMap(pieces);
    }

    /// The empty shard under a key.
    public static DirectoryShard empty(int index) {
        return new DirectoryShard(index, new TreeMap<>());
    }

    /// The number of the key.
    public int index() {
        return index;
    }

    /// The pieces by slot.
    public SortedMap<Slot, SignedPiece> pieces() {
        return pieces;
    }

    /// Both shards' pieces, of each slot the later one.
    ///
    /// Both must hold verified pieces only: see [Directory#receive].
    public DirectoryShard merge(DirectoryShard other) {
        if (index != other.index) {
            throw new IllegalArgumentException("shard must be " + index + ", was " + other.index);
        }
        var all = new TreeMap<>(pieces);
        boolean changed = false;
        for (Map.Entry<Slot, SignedPiece> entry : other.pieces.entrySet()) {
            SignedPiece next = entry.getValue();
            SignedPiece kept = all.merge(entry.getKey(), next, SignedPiece::later);
            changed |= !kept.equals(pieces.get(entry.getKey()));
        }
        return changed ? new DirectoryShard(index, all) : this;
    }

    static DirectoryShard of(int index, List<SignedPiece> pieces) {
        var all = new TreeMap<Slot, SignedPiece>();
        pieces.forEach(piece -> all.merge(piece.slot(), piece, SignedPiece::later));
        return new DirectoryShard(index, all);
    }

    /// The binary form, in which equal shards are equal.
    public byte[] encode() {
        var out = new FieldWriter().number(index).number(pieces.size());
        for (SignedPiece piece : pieces.values()) {
            var one = new FieldWriter();
            piece.write(one);
            out.bytes(one.toBytes());
        }
        return out.toBytes();
    }

    /// What is in a binary form: pieces that can be read, none of them verified, and how many
    /// cannot.
    ///
    /// @param index of the shard
    /// @param pieces readable pieces
    /// @param malformed number of unreadable ones
    record Raw(int index, List<SignedPiece> pieces, int malformed) {}

    static Raw decode(byte[] bytes, DirectoryLimits limits) throws IdentityException {
        var in = new FieldReader(bytes);
        int index = in.count("shard", limits.shards() - 1);
        int count = in.count("pieces", PIECES_MAX);
        var pieces = new ArrayList<SignedPiece>();
        int malformed = 0;
        for (int i = 0; i < count; i++) {
            byte[] one = in.bytes("piece", limits.pieceBytes() + 256);
            try {
                var inner = new FieldReader(one);
                SignedPiece piece = SignedPiece.read(inner, limits);
                inner.end();
                pieces.add(piece);
            } catch (IdentityException e) {
                // One bad piece does not cost the others.
                malformed++;
            }
        }
        in.end();
        return new Raw(index, pieces, malformed);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DirectoryShard that
                && index == that.index
                && pieces.equals(that.pieces);
    }

    @Override
    public int hashCode() {
        return pieces.hashCode();
    }

    @Override
    public String toString() {
        return "DirectoryShard " + index + pieces.values();
    }
}
