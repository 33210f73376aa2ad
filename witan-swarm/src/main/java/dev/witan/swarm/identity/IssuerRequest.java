// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.identity.IdentityException.Reason;

import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;

/// A peer's request for the right to issue certificates, with a key that it made itself.
///
/// @param peer who asks
/// @param issuerKey X.509 form of the P-256 key that will issue
/// @param signature the peer's, over swarm and key
public record IssuerRequest(PeerPublicKey peer, byte[] issuerKey, byte[] signature) {
    /// A fresh key that may become an issuer's.
    public static KeyPair newKey(SecureRandom random) {
        return EcKeys.generate(random);
    }

    /// A signed request.
    public static IssuerRequest make(PeerKey peer, SwarmId swarm, PublicKey issuerKey) {
        byte[] encoded = issuerKey.getEncoded();
        return new IssuerRequest(
                peer.publicKey(), encoded, peer.sign(Purpose.ISSUER, content(swarm, encoded)));
    }

    /// The binary form.
    public byte[] encode() {
        return new FieldWriter().fixed(peer.raw()).bytes(issuerKey).fixed(signature).toBytes();
    }

    /// A request from its binary form.
    public static IssuerRequest decode(byte[] bytes) throws IdentityException {
        var in = new FieldReader(bytes);
        var request =
                new IssuerRequest(
                        PeerPublicKey.ofRaw(in.fixed("peer key", PeerPublicKey.BYTES)),
                        in.bytes("issuer key", EcKeys.ENCODED_BYTES),
                        in.fixed("signature", PeerPublicKey.SIGNATURE_BYTES));
        in.end();
        return request;
    }

    /// The key to certify, if the peer signed it.
    PublicKey verified(SwarmId swarm) throws IdentityException {
        if (!peer.verifies(Purpose.ISSUER, content(swarm, issuerKey), signature)) {
            throw new IdentityException(
                    Reason.FORGED, "the request for issuing rights is not signed by its peer");
        }
        return EcKeys.decodePublic(issuerKey);
    }

    private static byte[] content(SwarmId swarm, byte[] key) {
        return new FieldWriter().fixed(swarm.bytes()).bytes(key).toBytes();
    }
}
