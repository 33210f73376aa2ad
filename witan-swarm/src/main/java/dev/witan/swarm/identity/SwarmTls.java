// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/// TLS 1.3 with certificates on both sides, as every connection between peers uses it.
///
/// - gRPC takes [#keyManager] and [#trustManager] for its credentials (`keyManager(…)`,
///   `trustManager(…)`, `ClientAuth.REQUIRE`) and has to limit the protocol to TLS 1.3 itself.
/// - A cluster that asks for engines takes [#serverEngine] and [#clientEngine].
///
/// A new certificate, root or revocation counts from the next handshake on; nothing is restarted. A
/// resumed session skips the trust manager, and an open connection has passed it already: so
/// whoever accepts a request asks [#peerOf] with its session, which looks at the present trust.
///
/// **Threads** safe.
public final class SwarmTls {
    private static final String PROTOCOL = "TLSv1.3";
    private static final List<String> CIPHERS =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256");
    private static final int KNOWN_MAX = 1024;

    /// Who showed a certificate, and under which trust that was found.
    private record Known(PeerIdentity peer, long trust) {}

    private final SwarmTrust trust;
    private final CredentialKeys keys;
    private final Map<X509Certificate, Known> known = new ConcurrentHashMap<>();
    private volatile SSLContext context;

    /// TLS that shows `credential` and believes `trust`.
    public SwarmTls(Credential credential, SwarmTrust trust) {
        this.trust = trust;
        keys = new CredentialKeys(credential);
        context = newContext(Optional.empty());
        trust.onChange(this::forget);
    }

    /// Shows another certificate from the next handshake on.
    public void replace(Credential credential) {
        keys.replace(credential);
        forget();
    }

    /// The certificate that is shown.
    public Credential credential() {
        return keys.credential();
    }

    /// What this side shows.
    public KeyManager keyManager() {
        return keys;
    }

    /// Accepts any member of the swarm.
    public TrustManager trustManager() {
        return new TrustedPeers(trust, Optional.empty());
    }

    /// Accepts one member only, for calls to it.
    public TrustManager trustManager(PeerId expected) {
        return new TrustedPeers(trust, Optional.of(expected));
    }

    /// An engine for the side that was called. It requires a certificate.
    public SSLEngine serverEngine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(serverParameters());
        return engine;
    }

    /// An engine for a call to an address whose peer is not known yet: any member whose certificate
    /// names the address.
    public SSLEngine clientEngine(String host, int port) {
        SSLEngine engine = context.createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = parameters();
        parameters.setEndpointIdentificationAlgorithm(TrustedPeers.NAMES_CHECKED);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /// An engine for a call to a known peer, whatever its address.
    public SSLEngine clientEngine(PeerId expected) {
        SSLEngine engine = newContext(Optional.of(expected)).createSSLEngine();
        engine.setUseClientMode(true);
        engine.setSSLParameters(parameters());
        return engine;
    }

    /// TLS over an accepted socket.
    public SSLSocket serverSocket(Socket accepted) throws IOException {
        var socket = (SSLSocket) context.getSocketFactory().createSocket(accepted, null, true);
        socket.setUseClientMode(false);
        socket.setSSLParameters(serverParameters());
        return socket;
    }

    /// TLS over a socket that is connected to a known peer.
    public SSLSocket clientSocket(Socket connected, PeerId expected) throws IOException {
        var socket =
                (SSLSocket)
                        newContext(Optional.of(expected))
                                .getSocketFactory()
                                .createSocket(
                                        connected,
                                        connected.getInetAddress().getHostAddress(),
                                        connected.getPort(),
                                        true);
        socket.setUseClientMode(true);
        socket.setSSLParameters(parameters());
        return socket;
    }

    /// Who is at the other end, if it is accepted now.
    ///
    /// Cheap enough for every request: chains are verified once per certificate and change of
    /// trust.
    ///
    /// **Errors** [PeerRefusedException] with the reason; the caller closes the connection.
    public PeerIdentity peerOf(SSLSession session) throws PeerRefusedException {
        List<X509Certificate> chain = certificates(session);
        long present = trust.view().version();
        Known before = known.get(chain.getFirst());
        if (before != null
                && before.trust == present
                && !trust.now().isAfter(before.peer.expires())) {
            return before.peer;
        }
        PeerIdentity peer = trust.check(chain);
        if (known.size() >= KNOWN_MAX) {
            known.clear();
        }
        known.put(chain.getFirst(), new Known(peer, present));
        return peer;
    }

    private static List<X509Certificate> certificates(SSLSession session)
            throws PeerRefusedException {
        try {
            var chain = new ArrayList<X509Certificate>();
            for (Certificate certificate : session.getPeerCertificates()) {
                if (!(certificate instanceof X509Certificate x509)) {
                    throw new PeerRefusedException(Refusal.MALFORMED);
                }
                chain.add(x509);
            }
            if (chain.isEmpty()) {
                throw new PeerRefusedException(Refusal.NO_CERTIFICATE);
            }
            return chain;
        } catch (SSLPeerUnverifiedException e) {
            throw new PeerRefusedException(Refusal.NO_CERTIFICATE, e);
        }
    }

    /// A new context knows no sessions, so none from before can be resumed in it.
    private void forget() {
        context = newContext(Optional.empty());
        known.clear();
    }

    private SSLContext newContext(Optional<PeerId> expected) {
        try {
            SSLContext fresh = SSLContext.getInstance(PROTOCOL);
            fresh.init(
                    new KeyManager[] {keys},
                    new TrustManager[] {new TrustedPeers(trust, expected)},
                    null);
            return fresh;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + PROTOCOL, e);
        }
    }

    private static SSLParameters parameters() {
        return new SSLParameters(CIPHERS.toArray(String[]::new), new String[] {PROTOCOL});
    }

    private static SSLParameters serverParameters() {
        SSLParameters parameters = parameters();
        parameters.setNeedClientAuth(true);
        return parameters;
    }
}
