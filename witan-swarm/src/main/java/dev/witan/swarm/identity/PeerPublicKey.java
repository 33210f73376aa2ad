// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/// The public half of a peer's Ed25519 key, which decides its [PeerId].
///
/// **Threads** immutable.
public final class PeerPublicKey {
    /// Length of the raw key.
    public static final int BYTES = 32;

    /// Length of a signature.
    public static final int SIGNATURE_BYTES = 64;

    /// Everything of the X.509 encoding (RFC 8410) before the raw key.
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final byte[] encoded;
    private final PublicKey key;
    private final PeerId peer;

    private PeerPublicKey(byte[] encoded, PublicKey key) {
        this.encoded = encoded;
        this.key = key;
        peer = new PeerId(HexFormat.of().formatHex(Digests.sha256(encoded)));
    }

    /// A key from its X.509 encoding.
    public static PeerPublicKey decode(byte[] encoded) throws IdentityException {
        if (encoded.length != PREFIX.length + BYTES
                || !Arrays.equals(encoded, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
            throw IdentityException.malformed("peer key is not an Ed25519 public key");
        }
        try {
            PublicKey key =
                    KeyFactory.getInstance("Ed25519")
                            .generatePublic(new X509EncodedKeySpec(encoded));
            // Only now is the point looked at.
            Signature.getInstance("Ed25519").initVerify(key);
            return new PeerPublicKey(encoded.clone(), key);
        } catch (GeneralSecurityException e) {
            throw new IdentityException(
                    IdentityException.Reason.MALFORMED, "peer key is not an Ed25519 public key", e);
        }
    }

    /// A key from its 32 raw bytes.
    public static PeerPublicKey ofRaw(byte[] raw) throws IdentityException {
        return decode(new FieldWriter().fixed(PREFIX).fixed(raw).toBytes());
    }

    /// The peer that this key names: SHA-256 of the X.509 encoding.
    public PeerId peer() {
        return peer;
    }

    /// The 32 raw bytes.
    public byte[] raw() {
        return Arrays.copyOfRange(encoded, PREFIX.length, encoded.length);
    }

    /// The X.509 encoding.
    public byte[] encoded() {
        return encoded.clone();
    }

    /// Whether the peer signed `content` for `purpose`.
    public boolean verifies(Purpose purpose, byte[] content, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) {
            return false;
        }
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(purpose.message(content));
            return check.verify(signature);
        } catch (SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerPublicKey that && Arrays.equals(encoded, that.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return "PeerPublicKey[" + peer + "]";
    }
}
