// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import static dev.witan.swarm.identity.TestSwarm.HERE;
import static dev.witan.swarm.identity.TestSwarm.RANDOM;
import static dev.witan.swarm.identity.TestSwarm.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.identity.AdmissionReply.Rejected;
import dev.witan.swarm.identity.AdmissionRequest.Body;
import dev.witan.swarm.identity.AdmissionRequest.Right;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Faulty variants of the conditions for certificates: the check that passes on the real ones must
/// fail on each.
@Tag("mutants")
final class IdentityMutantsTest {
    @TempDir static Path folder;

    /// A fault, the check on the faulty part, and the same check on the real one.
    record Variant(String name, ThrowingCallable faulty, ThrowingCallable real) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"peers", "admission"})
    void isKilled(Variant variant) {
        assertThatCode(variant.real).doesNotThrowAnyException();
        assertThatThrownBy(variant.faulty).isInstanceOf(AssertionError.class);
        System.out.println("killed: " + variant);
    }

    /// A scenario that a set of conditions has to stand.
    @FunctionalInterface
    interface Scenario<T> {
        void run(List<T> checks) throws IOException;
    }

    private static <T> Variant variant(
            String name, List<T> real, List<T> faulty, Scenario<T> scenario) {
        return new Variant(name, () -> scenario.run(faulty), () -> scenario.run(real));
    }

    private static <T> List<T> without(List<T> all, int at) {
        var some = new ArrayList<>(all);
        some.remove(at);
        return some;
    }

    private static <T> List<T> instead(List<T> all, int at, T other) {
        var some = new ArrayList<>(all);
        some.set(at, other);
        return some;
    }

    static Stream<Variant> peers() {
        List<PeerCheck> real = PeerChecks.all();
        return Stream.of(
                variant(
                        "foreign root accepted",
                        real,
                        without(real, 0),
                        IdentityMutantsTest::foreignRootIsRefused),
                variant(
                        "expiry ignored",
                        real,
                        instead(
                                real,
                                0,
                                (chain, view) ->
                                        PeerChecks.path(
                                                chain,
                                                view.at(
                                                        chain.getFirst()
                                                                .getNotBefore()
                                                                .toInstant()))),
                        IdentityMutantsTest::expiredCertificateIsRefused),
                variant(
                        "signature of the TLS key not checked",
                        real,
                        without(real, 2),
                        IdentityMutantsTest::stolenNameIsRefused),
                variant(
                        "revocation ignored",
                        real,
                        without(real, 3),
                        IdentityMutantsTest::revokedPeerIsRefused),
                variant(
                        "revocation of the leaf only",
                        real,
                        instead(
                                real,
                                3,
                                (chain, view) -> PeerChecks.revocation(chain.subList(0, 1), view)),
                        IdentityMutantsTest::revokedIssuersPeerIsRefused));
    }

    private static SwarmTrust trust(TestSwarm swarm, List<PeerCheck> checks) {
        return new SwarmTrust(swarm.trust.roots(), swarm.clock, checks);
    }

    private static void foreignRootIsRefused(List<PeerCheck> checks) throws IOException {
        TestSwarm swarm = TestSwarm.found();
        Authority liar = Authority.root(swarm.id, swarm.clock, RANDOM);
        Credential forged = liar.certifyOwn(swarm.founder, PeerRole.HOST, HERE, swarm.clock);
        // Without its root, which names no peer.
        var bare = new Credential(forged.key(), forged.chain().subList(0, 1));
        assertThat(refusal(trust(swarm, checks), bare)).isEqualTo(Refusal.FOREIGN_CA);
    }

    private static void expiredCertificateIsRefused(List<PeerCheck> checks) throws IOException {
        TestSwarm swarm = TestSwarm.found();
        Credential credential = swarm.certify(swarm.founder);
        swarm.clock.move(Authority.LEAF_VALIDITY.plusSeconds(1));
        assertThat(refusal(trust(swarm, checks), credential)).isEqualTo(Refusal.EXPIRED);
    }

    private static void stolenNameIsRefused(List<PeerCheck> checks) throws IOException {
        TestSwarm swarm = TestSwarm.found();
        var tls = EcKeys.generate(RANDOM);
        PublicKey other = EcKeys.generate(RANDOM).getPublic();
        var stolen =
                new TlsBinding(
                        swarm.founder.publicKey(),
                        TlsBinding.make(swarm.founder, swarm.id, other).signature());
        var chain =
                swarm.root.certify(
                        stolen,
                        tls.getPublic(),
                        PeerRole.HOST,
                        HERE,
                        Validity.from(swarm.clock.instant(), Duration.ofDays(1)));
        assertThat(refusal(trust(swarm, checks), new Credential(tls.getPrivate(), chain)))
                .isEqualTo(Refusal.BAD_BINDING);
    }

    private static void revokedPeerIsRefused(List<PeerCheck> checks) throws IOException {
        TestSwarm swarm = TestSwarm.found();
        SwarmTrust trust = trust(swarm, checks);
        trust.apply(swarm.revoke(swarm.founder));
        assertThat(refusal(trust, swarm.certify(swarm.founder))).isEqualTo(Refusal.REVOKED);
    }

    private static void revokedIssuersPeerIsRefused(List<PeerCheck> checks) throws IOException {
        TestSwarm swarm = TestSwarm.found();
        PeerKey rogue = PeerKey.generate(RANDOM);
        Credential credential =
                swarm.issuer(rogue).certifyOwn(swarm.founder, PeerRole.HOST, HERE, swarm.clock);
        SwarmTrust trust = trust(swarm, checks);
        trust.apply(swarm.revoke(rogue));
        assertThat(refusal(trust, credential)).isEqualTo(Refusal.REVOKED);
    }

    static Stream<Variant> admission() {
        List<AdmissionCheck> real = AdmissionChecks.all();
        return Stream.of(
                variant(
                        "another swarm's request answered",
                        real,
                        without(real, 0),
                        checks -> rejects(checks, Rejection.WRONG_SWARM)),
                variant(
                        "old request answered",
                        real,
                        without(real, 1),
                        checks -> rejects(checks, Rejection.CLOCK)),
                variant(
                        "signature of the request not checked",
                        real,
                        without(real, 2),
                        checks -> rejects(checks, Rejection.BAD_SIGNATURE)),
                variant(
                        "secret not checked",
                        real,
                        without(real, 3),
                        checks -> rejects(checks, Rejection.BAD_SECRET)),
                variant(
                        "expiry of the invite ignored",
                        real,
                        without(real, 4),
                        checks -> rejects(checks, Rejection.EXPIRED)),
                variant(
                        "role of the invite ignored",
                        real,
                        without(real, 5),
                        checks -> rejects(checks, Rejection.WRONG_ROLE)),
                variant(
                        "another peer's certificate renewed",
                        real,
                        without(real, 6),
                        checks -> rejects(checks, Rejection.BAD_CERTIFICATE)),
                variant(
                        "revoked peer readmitted",
                        real,
                        without(real, 7),
                        checks -> rejects(checks, Rejection.REVOKED_PEER)),
                variant(
                        "everything accepted",
                        real,
                        List.of((_, _) -> Optional.empty()),
                        checks -> rejects(checks, Rejection.BAD_SECRET)));
    }

    /// Sends a request with exactly one fault.
    private static void rejects(List<AdmissionCheck> checks, Rejection fault) throws IOException {
        TestSwarm swarm = TestSwarm.found();
        InviteLedger ledger =
                InviteLedger.open(Files.createTempDirectory(folder, "ledger").resolve("invites"));
        var admission = new Admission(swarm.root, swarm.trust, ledger, swarm.clock, checks);
        JoinToken token = swarm.token(admission, 2);
        PeerKey peer = PeerKey.generate(RANDOM);
        AdmissionRequest request =
                switch (fault) {
                    case WRONG_SWARM -> elsewhere(token, peer, swarm);
                    case WRONG_ROLE -> as(token, peer, swarm);
                    case BAD_SIGNATURE -> {
                        AdmissionRequest good = request(token, peer, swarm);
                        yield new AdmissionRequest(good.body(), good.right(), new byte[64]);
                    }
                    case BAD_SECRET -> {
                        Body body = request(token, peer, swarm).body();
                        String invite = token.secret().inviteId();
                        yield AdmissionRequest.sign(
                                peer, body, new Right.ByInvite(invite, new byte[32]));
                    }
                    case BAD_CERTIFICATE -> {
                        Credential other = swarm.certify(PeerKey.generate(RANDOM));
                        yield Joining.renewing(other, swarm.trust, peer, HERE, RANDOM).request();
                    }
                    case CLOCK, EXPIRED, REVOKED_PEER, UNKNOWN_INVITE, REVOKED_INVITE, USED_UP ->
                            request(token, peer, swarm);
                };
        if (fault == Rejection.CLOCK) {
            swarm.clock.move(Duration.ofMinutes(6));
        } else if (fault == Rejection.EXPIRED) {
            swarm.clock.move(Duration.ofHours(2));
            request = request(token, peer, swarm);
        } else if (fault == Rejection.REVOKED_PEER) {
            swarm.trust.apply(swarm.revoke(peer));
        }
        assertThat(admission.answer(request)).isEqualTo(new Rejected(fault));
    }

    private static AdmissionRequest request(JoinToken token, PeerKey peer, TestSwarm swarm)
            throws IdentityException {
        return Joining.with(token, peer, HERE, swarm.clock, RANDOM).request();
    }

    private static AdmissionRequest elsewhere(JoinToken token, PeerKey peer, TestSwarm swarm)
            throws IdentityException {
        var other =
                new JoinToken(
                        SwarmId.random(RANDOM),
                        token.issuer(),
                        token.seeds(),
                        token.root(),
                        token.secret(),
                        token.role(),
                        token.expires());
        return request(other, peer, swarm);
    }

    private static AdmissionRequest as(JoinToken token, PeerKey peer, TestSwarm swarm)
            throws IdentityException {
        var other =
                new JoinToken(
                        token.swarm(),
                        token.issuer(),
                        token.seeds(),
                        token.root(),
                        token.secret(),
                        PeerRole.ENTRY,
                        token.expires());
        return request(other, peer, swarm);
    }
}
