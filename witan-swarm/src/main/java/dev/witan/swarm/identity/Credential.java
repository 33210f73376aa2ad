// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a peer shows in TLS: a private key and its certificates, leaf first, root last.
///
/// @param key of the leaf; never printed
/// @param chain leaf, issuer if any, root
public record Credential(PrivateKey key, List<X509Certificate> chain) {
    private static final int FILE_BYTES_MAX = 32_768;

    /// Copies the chain.
    public Credential {
        chain = List.copyOf(chain);
        if (chain.isEmpty() || chain.size() > Certificates.CHAIN_MAX) {
            throw new IllegalArgumentException(
                    "chain must have 1 to " + Certificates.CHAIN_MAX + ", had " + chain.size());
        }
    }

    /// The leaf.
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /// The peer that the leaf names.
    public PeerId peer() throws IdentityException {
        return LeafNames.peer(leaf());
    }

    /// When the leaf ends.
    public Instant expires() {
        return leaf().getNotAfter().toInstant();
    }

    /// Whether it is time to ask for a new certificate: two thirds of its life are over.
    public boolean isRenewalDue(Instant now) {
        Instant from = leaf().getNotBefore().toInstant();
        long life = expires().getEpochSecond() - from.getEpochSecond();
        return !now.isBefore(from.plusSeconds(life / 3 * 2));
    }

    /// The chain as an opaque proof of membership for directory records.
    public byte[] membershipProof() {
        var out = new FieldWriter();
        Certificates.write(chain, out);
        return out.toBytes();
    }

    /// Stores it where only the owner can read it.
    public void save(Path file) throws IOException {
        OwnerFiles.replace(file, pem(key, chain));
    }

    /// A credential from its file.
    ///
    /// **Errors** [IdentityException] `MISSING`, `OPEN_PERMISSIONS` or `CORRUPT`.
    public static Credential open(Path file) throws IOException {
        byte[] content = OwnerFiles.read(file, FILE_BYTES_MAX);
        try {
            return parse(content);
        } catch (IdentityException e) {
            throw OwnerFiles.corrupt(file, "peer certificate", e);
        }
    }

    static byte[] pem(PrivateKey key, List<X509Certificate> chain) {
        var blocks = new ArrayList<Pem>();
        blocks.add(new Pem(Pem.PRIVATE_KEY, key.getEncoded()));
        chain.forEach(c -> blocks.add(new Pem(Pem.CERTIFICATE, Certificates.encode(c))));
        return Pem.text(blocks);
    }

    static Credential parse(byte[] content) throws IdentityException {
        List<Pem> blocks = Pem.parse(content);
        PrivateKey key = EcKeys.decodePrivate(Pem.only(blocks, Pem.PRIVATE_KEY).content());
        var chain = new ArrayList<X509Certificate>();
        for (Pem block : Pem.all(blocks, Pem.CERTIFICATE)) {
            chain.add(Certificates.decode(block.content()));
        }
        if (chain.isEmpty() || chain.size() > Certificates.CHAIN_MAX) {
            throw IdentityException.malformed(chain.size() + " certificates");
        }
        if (!EcKeys.fit(key, chain.getFirst().getPublicKey())) {
            throw IdentityException.malformed("key and certificate do not fit");
        }
        return new Credential(key, chain);
    }

    @Override
    public String toString() {
        return "Credential[" + leaf().getSubjectX500Principal() + "]";
    }
}
