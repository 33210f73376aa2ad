// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import org.bouncycastle.asn1.ASN1OctetString;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;

/// The conditions for a peer's certificates, in the order in which they are looked at.
final class PeerChecks {
    private PeerChecks() {}

    static List<PeerCheck> all() {
        return List.of(
                PeerChecks::path, PeerChecks::kind, PeerChecks::binding, PeerChecks::revocation);
    }

    /// A trusted root stands behind the chain and every certificate holds now (RFC 5280 section 6).
    static void path(List<X509Certificate> chain, TrustView view) throws PeerRefusedException {
        List<X509Certificate> path =
                view.roots().contains(chain.getLast()) ? chain.subList(0, chain.size() - 1) : chain;
        if (path.isEmpty()) {
            throw new PeerRefusedException(Refusal.MALFORMED);
        }
        try {
            var parameters =
                    new PKIXParameters(
                            view.roots().stream()
                                    .map(root -> new TrustAnchor(root, null))
                                    .collect(Collectors.toSet()));
            // Own revocation lists, looked at below.
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(view.now()));
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(path),
                            parameters);
        } catch (CertPathValidatorException e) {
            throw new PeerRefusedException(refusal(e), e);
        } catch (GeneralSecurityException e) {
            throw new PeerRefusedException(Refusal.MALFORMED, e);
        }
    }

    /// The leaf is no authority's.
    static void kind(List<X509Certificate> chain, TrustView view) throws PeerRefusedException {
        if (Certificates.isAuthority(chain.getFirst())) {
            throw new PeerRefusedException(Refusal.MALFORMED);
        }
    }

    /// The peer that the leaf names signed the leaf's key.
    static void binding(List<X509Certificate> chain, TrustView view) throws PeerRefusedException {
        X509Certificate leaf = chain.getFirst();
        try {
            TlsBinding binding = bindingOf(leaf);
            if (!binding.peer().peer().equals(LeafNames.of(leaf).peer())
                    || !binding.fits(view.swarm(), leaf.getPublicKey())) {
                throw new PeerRefusedException(Refusal.BAD_BINDING);
            }
        } catch (IdentityException e) {
            throw new PeerRefusedException(Refusal.MALFORMED, e);
        }
    }

    /// Neither the peer, nor an issuer on the way, nor one of the certificates was revoked.
    static void revocation(List<X509Certificate> chain, TrustView view)
            throws PeerRefusedException {
        for (X509Certificate certificate : chain) {
            if (view.serials().contains(certificate.getSerialNumber())) {
                throw new PeerRefusedException(Refusal.REVOKED);
            }
            if (view.roots().contains(certificate)) {
                continue;
            }
            try {
                if (view.peers().contains(LeafNames.peer(certificate))) {
                    throw new PeerRefusedException(Refusal.REVOKED);
                }
            } catch (IdentityException e) {
                throw new PeerRefusedException(Refusal.MALFORMED, e);
            }
        }
    }

    static TlsBinding bindingOf(X509Certificate leaf) throws IdentityException {
        byte[] value = leaf.getExtensionValue(TlsBinding.OID);
        if (value == null) {
            throw IdentityException.malformed("a certificate without the peer's signature");
        }
        try {
            // The value is an octet string inside the extension's octet string.
            byte[] inner = ASN1OctetString.getInstance(value).getOctets();
            return TlsBinding.decode(ASN1OctetString.getInstance(inner).getOctets());
        } catch (IllegalArgumentException e) {
            throw new IdentityException(
                    IdentityException.Reason.MALFORMED,
                    "a certificate's peer signature cannot be read",
                    e);
        }
    }

    private static Refusal refusal(CertPathValidatorException failure) {
        CertPathValidatorException.Reason reason = failure.getReason();
        if (reason == CertPathValidatorException.BasicReason.EXPIRED) {
            return Refusal.EXPIRED;
        }
        if (reason == CertPathValidatorException.BasicReason.NOT_YET_VALID) {
            return Refusal.NOT_YET_VALID;
        }
        return reason == PKIXReason.NO_TRUST_ANCHOR
                        || reason == PKIXReason.NAME_CHAINING
                        || reason == CertPathValidatorException.BasicReason.INVALID_SIGNATURE
                ? Refusal.FOREIGN_CA
                : Refusal.MALFORMED;
    }
}
