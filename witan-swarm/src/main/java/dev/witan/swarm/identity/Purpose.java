// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

/// What a signature is for. It is part of the signed bytes, so that a signature made for one
/// purpose is worthless for another.
public enum Purpose {
    /// A peer vouches for its TLS key.
    TLS_KEY("witan tls key 1"),
    /// A peer asks for a certificate.
    ADMISSION("witan admission 1"),
    /// A peer asks for the right to issue certificates.
    ISSUER("witan issuer 1"),
    /// An issuer revokes.
    REVOCATION("witan revocation 1"),
    /// A root certificate names the roots that hold from now on.
    ROOTS("witan roots 1"),
    /// A peer publishes its experts.
    DIRECTORY("witan directory 1");

    private final String label;

    Purpose(String label) {
        this.label = label;
    }

    /// The bytes that are signed for some content.
    byte[] message(byte[] content) {
        return new FieldWriter().text(label).fixed(content).toBytes();
    }
}
