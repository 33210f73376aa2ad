// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The names in a certificate's subject alternative names.
///
/// @param peer from the URI `witan:peer:…`
/// @param role from the URI `witan:role:…`
/// @param hosts DNS names and numeric addresses
record LeafNames(PeerId peer, PeerRole role, List<String> hosts) {
    private static final String PEER = "witan:peer:";
    private static final String ROLE = "witan:role:";
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int ADDRESS = 7;

    LeafNames {
        hosts = List.copyOf(hosts);
    }

    static String peerUri(PeerId peer) {
        return PEER + peer.hex();
    }

    static String roleUri(PeerRole role) {
        return ROLE + role.label();
    }

    static LeafNames of(X509Certificate certificate) throws IdentityException {
        return new LeafNames(
                peer(certificate),
                PeerRole.ofLabel(only(certificate, URI, ROLE)),
                hosts(certificate));
    }

    /// The one peer that a certificate names.
    static PeerId peer(X509Certificate certificate) throws IdentityException {
        try {
            return new PeerId(only(certificate, URI, PEER));
        } catch (IllegalArgumentException e) {
            throw new IdentityException(
                    IdentityException.Reason.MALFORMED, "a certificate names no valid peer", e);
        }
    }

    static boolean isNumeric(String host) {
        return new Endpoint(host, 1).isNumeric();
    }

    private static List<String> hosts(X509Certificate certificate) throws IdentityException {
        var hosts = new ArrayList<>(values(certificate, DNS));
        hosts.addAll(values(certificate, ADDRESS));
        return hosts;
    }

    private static String only(X509Certificate certificate, int kind, String prefix)
            throws IdentityException {
        List<String> found =
                values(certificate, kind).stream().filter(v -> v.startsWith(prefix)).toList();
        if (found.size() != 1) {
            throw IdentityException.malformed(
                    "a certificate has " + found.size() + " names " + prefix + ", not 1");
        }
        return found.getFirst().substring(prefix.length());
    }

    private static List<String> values(X509Certificate certificate, int kind)
            throws IdentityException {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(name -> name.getFirst().equals(kind))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            throw new IdentityException(
                    IdentityException.Reason.MALFORMED, "a certificate's names cannot be read", e);
        }
    }
}
