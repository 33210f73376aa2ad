// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import static dev.witan.swarm.identity.TestSwarm.HERE;
import static dev.witan.swarm.identity.TestSwarm.RANDOM;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.identity.LoopbackServer.Outcome;
import dev.witan.swarm.identity.TestSwarm.Member;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/// Real sockets on the loopback interface.
final class SwarmTlsTest {
    private TestSwarm swarm;
    private Member host;
    private Member caller;
    private LoopbackServer server;

    @BeforeEach
    void listen() throws IOException {
        swarm = TestSwarm.found();
        host = swarm.member();
        caller = swarm.member();
        server = new LoopbackServer(host.tls());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private Outcome call(SwarmTls tls, PeerId expected) throws IOException {
        return server.call(socket -> tls.clientSocket(socket, expected));
    }

    private void assertCallerRefused(SwarmTls tls, Refusal refusal) throws IOException {
        Outcome outcome = call(tls, host.key().peer());
        assertThat(outcome.atServer()).isEqualTo(refusal.name());
        assertThat(outcome.atClient()).isNotEqualTo(host.key().peer().hex());
    }

    private SwarmTls tlsOf(Credential credential) throws IOException {
        return new SwarmTls(
                credential,
                SwarmTrust.pinned(swarm.id, swarm.trust.pin(), swarm.trust.history(), swarm.clock));
    }

    @Test
    void bothSidesKnowEachOther() throws IOException {
        Outcome outcome = call(caller.tls(), host.key().peer());
        assertThat(outcome.atServer()).isEqualTo(caller.key().peer().hex());
        assertThat(outcome.atClient()).isEqualTo(host.key().peer().hex());
        assertThat(outcome.protocol()).isEqualTo("TLSv1.3");
    }

    @Test
    void foreignCallerIsRefused() throws IOException {
        TestSwarm other = new TestSwarm(swarm.clock);
        var foreign =
                new SwarmTls(
                        other.certify(PeerKey.generate(RANDOM)),
                        SwarmTrust.pinned(
                                swarm.id, swarm.trust.pin(), swarm.trust.history(), swarm.clock));
        assertCallerRefused(foreign, Refusal.FOREIGN_CA);
    }

    @Test
    void foreignHostIsRefused() throws IOException {
        TestSwarm other = new TestSwarm(swarm.clock);
        Member stranger = other.member();
        Outcome outcome = call(stranger.tls(), host.key().peer());
        assertThat(outcome.atClient()).isEqualTo(Refusal.FOREIGN_CA.name());
    }

    @Test
    void expiredCallerIsRefused() throws IOException {
        swarm.clock.move(Authority.LEAF_VALIDITY.minus(Duration.ofDays(1)));
        host.tls().replace(swarm.certify(host.key()));
        swarm.clock.move(Duration.ofDays(2));
        assertCallerRefused(caller.tls(), Refusal.EXPIRED);
    }

    @Test
    void wrongPeerIsRefused() throws IOException {
        Outcome outcome = call(caller.tls(), PeerKey.generate(RANDOM).peer());
        assertThat(outcome.atClient()).isEqualTo(Refusal.WRONG_PEER.name());
    }

    @Test
    void callerUnderAnothersNameIsRefused() throws IOException {
        var tls = EcKeys.generate(RANDOM);
        var stolen =
                new TlsBinding(
                        caller.key().publicKey(),
                        TlsBinding.make(caller.key(), swarm.id, EcKeys.generate(RANDOM).getPublic())
                                .signature());
        var chain =
                swarm.root.certify(
                        stolen,
                        tls.getPublic(),
                        PeerRole.HOST,
                        HERE,
                        Validity.from(swarm.clock.instant(), Duration.ofDays(1)));
        assertCallerRefused(tlsOf(new Credential(tls.getPrivate(), chain)), Refusal.BAD_BINDING);
    }

    @Test
    void callerWithoutACertificateIsRefused() throws Exception {
        SSLContext bare = SSLContext.getInstance("TLSv1.3");
        bare.init(null, new TrustManager[] {caller.tls().trustManager()}, null);
        Outcome outcome = server.call(socket -> bareSocket(bare, socket, "TLSv1.3"));
        assertThat(outcome.atServer()).isEqualTo(Refusal.NO_CERTIFICATE.name());
    }

    @Test
    void olderTlsIsRefused() throws Exception {
        SSLContext old = SSLContext.getInstance("TLSv1.2");
        old.init(
                new javax.net.ssl.KeyManager[] {caller.tls().keyManager()},
                new TrustManager[] {caller.tls().trustManager()},
                null);
        Outcome outcome = server.call(socket -> bareSocket(old, socket, "TLSv1.2"));
        assertThat(outcome.atServer()).isEqualTo(Refusal.PROTOCOL.name());
    }

    @Test
    void plainTextIsRefused() throws IOException {
        Outcome outcome = server.callPlain("GET / HTTP/1.1\r\n\r\n");
        assertThat(outcome.atServer()).isEqualTo(Refusal.OTHER.name());
        assertThat(call(caller.tls(), host.key().peer()).atServer())
                .isEqualTo(caller.key().peer().hex());
    }

    @Test
    void revocationCountsWithoutARestart() throws IOException {
        try (LoopbackServer.Open open = server.open(caller.tls(), host.key().peer())) {
            assertThat(open.peerAtServer()).isEqualTo(caller.key().peer().hex());
            host.trust().apply(swarm.revoke(caller.key()));
            // The open connection is found by the next question, a new one by its handshake.
            assertThat(open.peerAtServer()).isEqualTo(Refusal.REVOKED.name());
            assertCallerRefused(caller.tls(), Refusal.REVOKED);
        }
        Member third = swarm.member();
        assertThat(call(third.tls(), host.key().peer()).atServer())
                .isEqualTo(third.key().peer().hex());
    }

    @Test
    void openConnectionExpires() throws IOException {
        try (LoopbackServer.Open open = server.open(caller.tls(), host.key().peer())) {
            assertThat(open.peerAtServer()).isEqualTo(caller.key().peer().hex());
            swarm.clock.move(Authority.LEAF_VALIDITY.plusSeconds(1));
            assertThat(open.peerAtServer()).isEqualTo(Refusal.EXPIRED.name());
        }
    }

    @Test
    void revokedHostIsRefusedByTheCaller() throws IOException {
        caller.trust().apply(swarm.revoke(host.key()));
        assertThat(call(caller.tls(), host.key().peer()).atClient())
                .isEqualTo(Refusal.REVOKED.name());
    }

    @Test
    void resumedSessionIsAskedAgain() throws Exception {
        SSLContext reused = SSLContext.getInstance("TLSv1.3");
        reused.init(
                new javax.net.ssl.KeyManager[] {caller.tls().keyManager()},
                new TrustManager[] {caller.tls().trustManager(host.key().peer())},
                null);
        // The same context twice: the second handshake would resume the first.
        assertThat(server.call(socket -> bareSocket(reused, socket, "TLSv1.3")).atServer())
                .isEqualTo(caller.key().peer().hex());
        host.trust().apply(swarm.revoke(caller.key()));
        assertThat(server.call(socket -> bareSocket(reused, socket, "TLSv1.3")).atServer())
                .isEqualTo(Refusal.REVOKED.name());
    }

    @Test
    void rotationCountsWithoutARestart() throws IOException {
        Authority next = Authority.root(swarm.id, swarm.clock, RANDOM);
        RootSet both = swarm.trust.roots().adding(swarm.root, next.certificate());
        swarm.trust.apply(both);
        Credential renewed = next.certifyOwn(caller.key(), PeerRole.HOST, HERE, swarm.clock);
        Member old = swarm.member();
        // Before the host hears of the new root it refuses it; after, it takes both.
        SwarmTls moved = new SwarmTls(renewed, swarm.trust);
        assertCallerRefused(moved, Refusal.FOREIGN_CA);
        host.trust().apply(both);
        assertThat(call(moved, host.key().peer()).atServer()).isEqualTo(caller.key().peer().hex());
        assertThat(call(old.tls(), host.key().peer()).atServer()).isEqualTo(old.key().peer().hex());
        // The host moves too, then the old root leaves.
        host.tls().replace(next.certifyOwn(host.key(), PeerRole.HOST, HERE, swarm.clock));
        host.trust().apply(swarm.trust.roots().keeping(next));
        assertThat(call(moved, host.key().peer()).atClient()).isEqualTo(host.key().peer().hex());
        assertCallerRefused(old.tls(), Refusal.FOREIGN_CA);
    }

    @Test
    void addressIsCheckedWhenThePeerIsUnknown() {
        SwarmTls client = caller.tls();
        assertThat(EnginePair.handshake(client.clientEngine("127.0.0.1", 1), host.tls()))
                .isEqualTo(caller.key().peer().hex());
        assertThat(EnginePair.handshake(client.clientEngine("elsewhere.example", 1), host.tls()))
                .isEqualTo(Refusal.WRONG_ADDRESS.name());
        assertThat(EnginePair.handshake(client.clientEngine(host.key().peer()), host.tls()))
                .isEqualTo(caller.key().peer().hex());
        assertThat(EnginePair.handshake(client.clientEngine(caller.key().peer()), host.tls()))
                .isEqualTo(Refusal.WRONG_PEER.name());
    }

    @Test
    void serialOfACertificateIsRevoked() throws IOException {
        host.trust()
                .apply(
                        swarm.trust.revoking(
                                swarm.root,
                                Set.of(),
                                Set.of(caller.tls().credential().leaf().getSerialNumber())));
        assertCallerRefused(caller.tls(), Refusal.REVOKED);
        caller.tls().replace(swarm.certify(caller.key()));
        assertThat(call(caller.tls(), host.key().peer()).atServer())
                .isEqualTo(caller.key().peer().hex());
    }

    private static SSLSocket bareSocket(SSLContext context, Socket socket, String protocol)
            throws IOException {
        var tls =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(socket, "127.0.0.1", socket.getPort(), true);
        tls.setUseClientMode(true);
        tls.setEnabledProtocols(new String[] {protocol});
        return tls;
    }
}
