// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/// Asks [SwarmTrust] at each handshake.
///
/// A call to a known peer checks the peer's name and no address, for the name is its key. A call to
/// an address, when the caller asks for it, checks that the certificate names the address.
final class TrustedPeers extends X509ExtendedTrustManager {
    /// The parameter by which an engine asks for the check of the address.
    static final String NAMES_CHECKED = "HTTPS";

    private final SwarmTrust trust;
    private final Optional<PeerId> expected;

    TrustedPeers(SwarmTrust trust, Optional<PeerId> expected) {
        this.trust = trust;
        this.expected = expected;
    }

    @Override
    public void checkClientTrusted(X509Certificate @Nullable [] chain, String authType)
            throws PeerRefusedException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(
            X509Certificate @Nullable [] chain, String authType, @Nullable Socket socket)
            throws PeerRefusedException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(
            X509Certificate @Nullable [] chain, String authType, @Nullable SSLEngine engine)
            throws PeerRefusedException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate @Nullable [] chain, String authType)
            throws PeerRefusedException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(
            X509Certificate @Nullable [] chain, String authType, @Nullable Socket socket)
            throws PeerRefusedException {
        List<X509Certificate> all = check(chain);
        if (socket instanceof SSLSocket tls
                && tls.getSSLParameters().getEndpointIdentificationAlgorithm() != null) {
            checkAddress(all.getFirst(), tls.getHandshakeSession());
        }
    }

    @Override
    public void checkServerTrusted(
            X509Certificate @Nullable [] chain, String authType, @Nullable SSLEngine engine)
            throws PeerRefusedException {
        List<X509Certificate> all = check(chain);
        if (engine != null
                && engine.getSSLParameters().getEndpointIdentificationAlgorithm() != null) {
            checkAddress(all.getFirst(), engine.getHandshakeSession());
        }
    }

    /// Empty: naming our roots would tell strangers which swarm this is.
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private List<X509Certificate> check(X509Certificate @Nullable [] chain)
            throws PeerRefusedException {
        if (chain == null || chain.length == 0) {
            throw new PeerRefusedException(Refusal.NO_CERTIFICATE);
        }
        List<X509Certificate> all = Arrays.asList(chain);
        PeerIdentity peer = trust.check(all);
        if (expected.isPresent() && !expected.get().equals(peer.peer())) {
            throw new PeerRefusedException(Refusal.WRONG_PEER);
        }
        return all;
    }

    private void checkAddress(X509Certificate leaf, @Nullable SSLSession session)
            throws PeerRefusedException {
        if (expected.isPresent()) {
            return;
        }
        String host = session == null ? null : session.getPeerHost();
        try {
            if (host == null
                    || LeafNames.of(leaf).hosts().stream().noneMatch(name -> same(name, host))) {
                throw new PeerRefusedException(Refusal.WRONG_ADDRESS);
            }
        } catch (IdentityException e) {
            throw new PeerRefusedException(Refusal.MALFORMED, e);
        }
    }

    private static boolean same(String name, String host) {
        if (name.equalsIgnoreCase(host)) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(name).equals(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
