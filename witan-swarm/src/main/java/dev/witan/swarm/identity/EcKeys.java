// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/// EC P-256 keys and their signatures.
final class EcKeys {
    /// Length of a public key in X.509 form.
    static final int ENCODED_BYTES = 91;

    /// The longest signature in DER.
    static final int SIGNATURE_BYTES_MAX = 72;

    static final String SIGNATURE = "SHA256withECDSA";

    private static final String ALGORITHM = "EC";

    /// The X.509 form (RFC 5480) up to the two coordinates: named curve P-256, uncompressed point.
    private static final byte[] PREFIX =
            HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

    private EcKeys() {}

    static KeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    static PublicKey decodePublic(byte[] encoded) throws IdentityException {
        if (encoded.length != ENCODED_BYTES
                || !Arrays.equals(encoded, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
            throw IdentityException.malformed("key is not a P-256 public key");
        }
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IdentityException(
                    IdentityException.Reason.MALFORMED, "key is not a P-256 public key", e);
        }
    }

    static PrivateKey decodePrivate(byte[] encoded) throws IdentityException {
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IdentityException(
                    IdentityException.Reason.MALFORMED, "key is not a P-256 private key", e);
        }
    }

    static byte[] sign(PrivateKey key, Purpose purpose, byte[] content) {
        try {
            Signature signature = Signature.getInstance(SIGNATURE);
            signature.initSign(key);
            signature.update(purpose.message(content));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK signs with P-256", e);
        }
    }

    static boolean verifies(PublicKey key, Purpose purpose, byte[] content, byte[] signature) {
        try {
            Signature check = Signature.getInstance(SIGNATURE);
            check.initVerify(key);
            check.update(purpose.message(content));
            return check.verify(signature);
        } catch (SignatureException | InvalidKeyException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK verifies with P-256", e);
        }
    }

    /// Whether two halves belong together.
    static boolean fit(PrivateKey key, PublicKey publicKey) {
        byte[] probe = {1, 2, 3};
        return verifies(publicKey, Purpose.ROOTS, probe, sign(key, Purpose.ROOTS, probe));
    }
}
