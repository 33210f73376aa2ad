// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.security.PublicKey;

/// A peer's own word for its TLS key: its public key and a signature of (swarm, hash of the TLS
/// key). A certificate carries it, so that the issuer alone cannot speak for a peer.
///
/// @param peer the key that signed
/// @param signature Ed25519, 64 bytes
record TlsBinding(PeerPublicKey peer, byte[] signature) {
    /// An arc below 2.25, which needs no registry (ITU-T X.667): a random UUID of this project.
    static final String OID = "2.25.291848276213475019338465124873210473829";

    private static final int VERSION = 1;

    static TlsBinding make(PeerKey peer, SwarmId swarm, PublicKey tlsKey) {
        return new TlsBinding(peer.publicKey(), peer.sign(Purpose.TLS_KEY, content(swarm, tlsKey)));
    }

    boolean fits(SwarmId swarm, PublicKey tlsKey) {
        return peer.verifies(Purpose.TLS_KEY, content(swarm, tlsKey), signature);
    }

    byte[] encode() {
        return new FieldWriter().number(VERSION).fixed(peer.raw()).fixed(signature).toBytes();
    }

    static TlsBinding decode(byte[] bytes) throws IdentityException {
        var in = new FieldReader(bytes);
        in.version("binding version", VERSION);
        var binding =
                new TlsBinding(
                        PeerPublicKey.ofRaw(in.fixed("peer key", PeerPublicKey.BYTES)),
                        in.fixed("signature", PeerPublicKey.SIGNATURE_BYTES));
        in.end();
        return binding;
    }

    private static byte[] content(SwarmId swarm, PublicKey tlsKey) {
        return new FieldWriter()
                .fixed(swarm.bytes())
                .fixed(Digests.sha256(tlsKey.getEncoded()))
                .toBytes();
    }
}
