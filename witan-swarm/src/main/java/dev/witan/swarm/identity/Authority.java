// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.identity.IdentityException.Reason;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The right to issue certificates of a swarm, with its key: a root, or an issuer that a root
/// granted. No key of an authority ever leaves the machine that made it.
///
/// **Threads** immutable.
public final class Authority {
    /// How long a root holds.
    public static final Duration ROOT_VALIDITY = Duration.ofDays(3650);

    /// How long an issuer holds.
    public static final Duration ISSUER_VALIDITY = Duration.ofDays(365);

    /// How long a peer's certificate holds.
    public static final Duration LEAF_VALIDITY = Duration.ofDays(30);

    private static final int FILE_BYTES_MAX = 32_768;

    private final SwarmId swarm;
    private final PrivateKey key;
    private final List<X509Certificate> chain;
    private final SecureRandom random;

    private Authority(
            SwarmId swarm, PrivateKey key, List<X509Certificate> chain, SecureRandom random) {
        this.swarm = swarm;
        this.key = key;
        this.chain = List.copyOf(chain);
        this.random = random;
    }

    /// A new root: at the foundation of a swarm, or to take over from an old root.
    public static Authority root(SwarmId swarm, InstantSource clock, SecureRandom random) {
        KeyPair pair = EcKeys.generate(random);
        X509Certificate certificate =
                new CertificateForge(swarm, random)
                        .root(
                                pair.getPublic(),
                                pair.getPrivate(),
                                Validity.from(clock.instant(), ROOT_VALIDITY));
        return new Authority(swarm, pair.getPrivate(), List.of(certificate), random);
    }

    /// The issuer that a root granted: its key and the chain that the root returned.
    public static Authority issuer(
            SwarmId swarm, KeyPair pair, List<X509Certificate> chain, SecureRandom random)
            throws IdentityException {
        if (chain.size() != 2
                || !chain.getFirst().getPublicKey().equals(pair.getPublic())
                || !chain.stream().allMatch(Certificates::isAuthority)) {
            throw IdentityException.malformed("the granted certificates are not an issuer's");
        }
        return new Authority(swarm, pair.getPrivate(), chain, random);
    }

    /// Whether this is a root, which alone grants issuing rights and rotates.
    public boolean isRoot() {
        return chain.size() == 1;
    }

    /// The swarm.
    public SwarmId swarm() {
        return swarm;
    }

    /// This authority's certificate, then the root's if it is another.
    public List<X509Certificate> chain() {
        return chain;
    }

    /// This authority's certificate.
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /// Grants a peer the right to issue certificates. Returns the issuer's certificate and the
    /// root's.
    ///
    /// **Errors** [IdentityException] `NOT_ALLOWED` if this is no root, `FORGED` if the peer did
    /// not sign its request.
    public List<X509Certificate> grant(IssuerRequest request, InstantSource clock)
            throws IdentityException {
        if (!isRoot()) {
            throw new IdentityException(
                    Reason.NOT_ALLOWED,
                    "this peer issues certificates but grants no issuing rights; ask the holder of"
                            + " the root key");
        }
        PublicKey issuerKey = request.verified(swarm);
        Validity validity =
                Validity.from(clock.instant(), ISSUER_VALIDITY)
                        .within(certificate().getNotAfter().toInstant());
        return List.of(
                new CertificateForge(swarm, random)
                        .issuer(signer(), request.peer(), issuerKey, validity),
                certificate());
    }

    /// Certifies a TLS key. Returns the leaf and this authority's chain.
    List<X509Certificate> certify(
            TlsBinding binding,
            PublicKey tlsKey,
            PeerRole role,
            List<Endpoint> endpoints,
            Validity validity) {
        var names = new LeafNames(binding.peer().peer(), role, CertificateForge.hosts(endpoints));
        var all = new ArrayList<X509Certificate>();
        all.add(
                new CertificateForge(swarm, random)
                        .leaf(
                                signer(),
                                binding,
                                tlsKey,
                                names,
                                validity.within(certificate().getNotAfter().toInstant())));
        all.addAll(chain);
        return List.copyOf(all);
    }

    /// Certifies a TLS key of this very machine, as at the foundation of a swarm.
    public Credential certifyOwn(
            PeerKey peer, PeerRole role, List<Endpoint> endpoints, InstantSource clock) {
        KeyPair tls = EcKeys.generate(random);
        return new Credential(
                tls.getPrivate(),
                certify(
                        TlsBinding.make(peer, swarm, tls.getPublic()),
                        tls.getPublic(),
                        role,
                        endpoints,
                        Validity.from(clock.instant(), LEAF_VALIDITY)));
    }

    /// Signs with the authority's key.
    byte[] sign(Purpose purpose, byte[] content) {
        return EcKeys.sign(key, purpose, content);
    }

    /// Stores key and certificates where only the owner can read them.
    public void save(Path file) throws IOException {
        OwnerFiles.replace(file, Credential.pem(key, chain));
    }

    /// An authority from its file.
    ///
    /// **Errors** [IdentityException] `MISSING`, `OPEN_PERMISSIONS` or `CORRUPT`.
    public static Authority open(Path file, SwarmId swarm, SecureRandom random) throws IOException {
        byte[] content = OwnerFiles.read(file, FILE_BYTES_MAX);
        try {
            Credential stored = Credential.parse(content);
            if (!stored.chain().stream().allMatch(Certificates::isAuthority)) {
                throw IdentityException.malformed("not certificates of an authority");
            }
            return new Authority(swarm, stored.key(), stored.chain(), random);
        } catch (IdentityException e) {
            throw OwnerFiles.corrupt(file, "swarm authority", e);
        }
    }

    private CertificateForge.Signer signer() {
        return CertificateForge.Signer.of(certificate(), key);
    }

    @Override
    public String toString() {
        return "Authority[" + (isRoot() ? "root of " : "issuer of ") + swarm + "]";
    }
}
