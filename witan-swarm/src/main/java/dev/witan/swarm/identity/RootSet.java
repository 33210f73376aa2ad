// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.identity.IdentityException.Reason;

import java.security.cert.X509Certificate;
import java.util.List;

/// The root certificates that a swarm trusts, signed by one of them and numbered.
///
/// A rotation is two sets: `{old, new}` signed by the old root, and, when every peer has a
/// certificate from the new one, `{new}` signed by the new root.
///
/// @param swarm the swarm
/// @param sequence a higher number replaces a lower one
/// @param roots one or two certificates; the first one signed
/// @param signature of the first root
public record RootSet(SwarmId swarm, long sequence, List<X509Certificate> roots, byte[] signature) {
    /// Two: the overlap of a rotation.
    public static final int ROOTS_MAX = 2;

    private static final int VERSION = 1;

    /// Copies the roots.
    public RootSet {
        roots = List.copyOf(roots);
        if (roots.isEmpty() || roots.size() > ROOTS_MAX) {
            throw new IllegalArgumentException(
                    "roots must have 1 to " + ROOTS_MAX + ", had " + roots.size());
        }
    }

    /// The first set of a new swarm.
    public static RootSet found(Authority root) throws IdentityException {
        return sign(root, 0, List.of());
    }

    /// The set in which `next` joins the signer.
    public RootSet adding(Authority signer, X509Certificate next) throws IdentityException {
        return sign(signer, sequence + 1, List.of(next));
    }

    /// The set in which the signer stands alone.
    public RootSet keeping(Authority signer) throws IdentityException {
        return sign(signer, sequence + 1, List.of());
    }

    /// The binary form.
    public byte[] encode() {
        return new FieldWriter().bytes(content(swarm, sequence, roots)).bytes(signature).toBytes();
    }

    /// A set from its binary form; its signature is looked at when it is applied.
    public static RootSet decode(byte[] bytes) throws IdentityException {
        var outer = new FieldReader(bytes);
        var in = new FieldReader(outer.bytes("root set", ROOTS_MAX * Certificates.BYTES_MAX));
        byte[] signature = outer.bytes("signature", EcKeys.SIGNATURE_BYTES_MAX);
        outer.end();
        in.version("root set version", VERSION);
        SwarmId swarm = SwarmId.of(in.fixed("swarm", SwarmId.BYTES));
        long sequence = in.number("sequence", Long.MAX_VALUE);
        List<X509Certificate> roots = Certificates.read(in, ROOTS_MAX);
        in.end();
        if (roots.isEmpty() || !roots.stream().allMatch(Certificates::isAuthority)) {
            throw IdentityException.malformed("a root set without roots");
        }
        return new RootSet(swarm, sequence, roots, signature);
    }

    /// SHA-256 of the certificate that signed, in hexadecimal digits.
    public String signer() {
        return Certificates.fingerprint(roots.getFirst());
    }

    boolean isSigned() {
        return EcKeys.verifies(
                roots.getFirst().getPublicKey(),
                Purpose.ROOTS,
                content(swarm, sequence, roots),
                signature);
    }

    private static RootSet sign(Authority signer, long sequence, List<X509Certificate> others)
            throws IdentityException {
        if (!signer.isRoot()) {
            throw new IdentityException(
                    Reason.NOT_ALLOWED, "only the holder of a root key changes the roots");
        }
        var roots = new java.util.ArrayList<>(List.of(signer.certificate()));
        roots.addAll(others);
        return new RootSet(
                signer.swarm(),
                sequence,
                roots,
                signer.sign(Purpose.ROOTS, content(signer.swarm(), sequence, roots)));
    }

    private static byte[] content(SwarmId swarm, long sequence, List<X509Certificate> roots) {
        var out = new FieldWriter().number(VERSION).fixed(swarm.bytes()).number(sequence);
        Certificates.write(roots, out);
        return out.toBytes();
    }
}
