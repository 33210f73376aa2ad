// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/// A peer's Ed25519 key: who the peer is.
///
/// Stored as two PEM blocks, the private and the public half, in a file that only its owner can
/// read. A key file is never overwritten.
///
/// **Threads** immutable.
public final class PeerKey {
    private static final String ALGORITHM = "Ed25519";
    private static final int FILE_BYTES_MAX = 4096;
    private static final byte[] PROBE = "probe".getBytes(StandardCharsets.US_ASCII);

    private final PrivateKey secret;
    private final PeerPublicKey publicKey;

    private PeerKey(PrivateKey secret, PeerPublicKey publicKey) {
        this.secret = secret;
        this.publicKey = publicKey;
    }

    /// A fresh key, not stored.
    public static PeerKey generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(255, random);
            KeyPair pair = generator.generateKeyPair();
            return new PeerKey(
                    pair.getPrivate(), PeerPublicKey.decode(pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException | IdentityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    /// A fresh key in a new file.
    ///
    /// **Errors** [IdentityException] with reason `EXISTS` if there is a file of this name already.
    public static PeerKey create(Path file, SecureRandom random) throws IOException {
        PeerKey key = generate(random);
        OwnerFiles.create(file, key.pem());
        return key;
    }

    /// The key in a file.
    ///
    /// **Errors** [IdentityException] with reason `MISSING`, `OPEN_PERMISSIONS` or `CORRUPT`.
    public static PeerKey open(Path file) throws IOException {
        byte[] content = OwnerFiles.read(file, FILE_BYTES_MAX);
        try {
            List<Pem> blocks = Pem.parse(content);
            PrivateKey secret =
                    KeyFactory.getInstance(ALGORITHM)
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(
                                            Pem.only(blocks, Pem.PRIVATE_KEY).content()));
            var key =
                    new PeerKey(
                            secret,
                            PeerPublicKey.decode(Pem.only(blocks, Pem.PUBLIC_KEY).content()));
            if (key.publicKey.verifies(Purpose.TLS_KEY, PROBE, key.sign(Purpose.TLS_KEY, PROBE))) {
                return key;
            }
            throw IdentityException.malformed("the two halves do not fit");
        } catch (GeneralSecurityException | IdentityException e) {
            throw OwnerFiles.corrupt(file, "peer key", e);
        }
    }

    /// The key in a file, which is made if there is none.
    public static PeerKey openOrCreate(Path file, SecureRandom random) throws IOException {
        return Files.exists(file) ? open(file) : create(file, random);
    }

    /// The peer that this key names.
    public PeerId peer() {
        return publicKey.peer();
    }

    /// The public half.
    public PeerPublicKey publicKey() {
        return publicKey;
    }

    /// Signs `content` for one purpose; 64 bytes.
    public byte[] sign(Purpose purpose, byte[] content) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(secret);
            signature.update(purpose.message(content));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "PeerKey[" + peer() + "]";
    }

    private byte[] pem() {
        return Pem.text(
                List.of(
                        new Pem(Pem.PRIVATE_KEY, secret.getEncoded()),
                        new Pem(Pem.PUBLIC_KEY, publicKey.encoded())));
    }
}
