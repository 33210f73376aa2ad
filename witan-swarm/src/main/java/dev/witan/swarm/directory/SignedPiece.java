// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import dev.witan.swarm.identity.FieldReader;
import dev.witan.swarm.identity.FieldWriter;
import dev.witan.swarm.identity.IdentityException;
import dev.witan.swarm.identity.PeerKey;
import dev.witan.swarm.identity.PeerPublicKey;
import dev.witan.swarm.identity.Purpose;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// A piece with its peer's signature. The signed bytes are kept as they came, so that every copy is
/// equal to the last bit.
///
/// **Threads** immutable.
public final class SignedPiece {
    private final PeerPublicKey key;
    private final byte[] content;
    private final byte[] signature;
    private final Piece piece;

    private SignedPiece(PeerPublicKey key, byte[] content, byte[] signature, Piece piece) {
        this.key = key;
        this.content = content;
        this.signature = signature;
        this.piece = piece;
    }

    static SignedPiece sign(PeerKey peer, Piece piece) {
        byte[] content = piece.encode();
        return new SignedPiece(
                peer.publicKey(), content, peer.sign(Purpose.DIRECTORY, content), piece);
    }

    /// A piece from the wire; nothing is verified yet.
    static SignedPiece read(FieldReader in, DirectoryLimits limits) throws IdentityException {
        PeerPublicKey key = PeerPublicKey.ofRaw(in.fixed("peer key", PeerPublicKey.BYTES));
        byte[] content = in.bytes("piece", limits.pieceBytes());
        byte[] signature = in.fixed("signature", PeerPublicKey.SIGNATURE_BYTES);
        return new SignedPiece(key, content, signature, Piece.decode(content, limits));
    }

    void write(FieldWriter out) {
        out.fixed(key.raw()).bytes(content).fixed(signature);
    }

    /// Where it belongs.
    public Slot slot() {
        return new Slot(key.peer(), piece.index());
    }

    /// Its number.
    public long sequence() {
        return piece.sequence();
    }

    PeerPublicKey key() {
        return key;
    }

    Piece piece() {
        return piece;
    }

    boolean isSigned() {
        return key.verifies(Purpose.DIRECTORY, content, signature);
    }

    /// Of two pieces of one slot the one that stays: the higher number, and of two with one number,
    /// which only a lying peer makes, the one with the higher bytes. A total order, so every peer
    /// keeps the same one.
    static SignedPiece later(SignedPiece a, SignedPiece b) {
        int order = Long.compare(a.sequence(), b.sequence());
        if (order == 0) {
            order = Arrays.compareUnsigned(a.content, b.content);
        }
        if (order == 0) {
            order = Arrays.compareUnsigned(a.signature, b.signature);
        }
        return order >= 0 ? a : b;
    }

    /// Bytes of the encoding.
    int size() {
        var out = new FieldWriter();
        write(out);
        return out.size();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SignedPiece that
                && key.equals(that.key)
                && Arrays.equals(content, that.content)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signature);
    }

    @Override
    public String toString() {
        return "SignedPiece[" + slot() + " number " + sequence() + "]";
    }
}
