// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// X.509 certificates as bytes.
final class Certificates {
    /// The longest certificate that is read.
    static final int BYTES_MAX = 8192;

    /// Leaf, issuer, root.
    static final int CHAIN_MAX = 3;

    private Certificates() {}

    static byte[] encode(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }

    static X509Certificate decode(byte[] bytes) throws IdentityException {
        try {
            var in = new ByteArrayInputStream(bytes);
            var certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(in);
            if (in.available() > 0) {
                throw IdentityException.malformed("bytes after a certificate");
            }
            return certificate;
        } catch (CertificateException e) {
            throw new IdentityException(
                    IdentityException.Reason.MALFORMED, "a certificate cannot be read", e);
        }
    }

    static void write(List<X509Certificate> chain, FieldWriter out) {
        out.number(chain.size());
        chain.forEach(certificate -> out.bytes(encode(certificate)));
    }

    static List<X509Certificate> read(FieldReader in, int max) throws IdentityException {
        int count = in.count("certificates", max);
        var chain = new ArrayList<X509Certificate>(count);
        for (int i = 0; i < count; i++) {
            chain.add(decode(in.bytes("certificate", BYTES_MAX)));
        }
        return List.copyOf(chain);
    }

    /// SHA-256 of the encoding, in hexadecimal digits.
    static String fingerprint(X509Certificate certificate) {
        return HexFormat.of().formatHex(Digests.sha256(encode(certificate)));
    }

    static boolean isAuthority(X509Certificate certificate) {
        return certificate.getBasicConstraints() >= 0;
    }
}
