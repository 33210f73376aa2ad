// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import static dev.witan.swarm.identity.TestSwarm.HERE;
import static dev.witan.swarm.identity.TestSwarm.RANDOM;
import static dev.witan.swarm.identity.TestSwarm.reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.identity.AdmissionReply.Admitted;
import dev.witan.swarm.identity.AdmissionReply.Rejected;
import dev.witan.swarm.identity.AdmissionRequest.Body;
import dev.witan.swarm.identity.AdmissionRequest.Right;
import dev.witan.swarm.identity.IdentityException.Reason;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

final class AdmissionTest {
    @TempDir Path folder;
    private TestSwarm swarm;
    private Admission admission;

    @BeforeEach
    void found() throws IOException {
        swarm = TestSwarm.found();
        admission = swarm.admission(folder);
    }

    /// Sends a request and the answer through their binary forms.
    private AdmissionReply ask(AdmissionRequest request) throws IOException {
        AdmissionRequest arrived = AdmissionRequest.decode(request.encode());
        return AdmissionReply.decode(admission.answer(arrived).encode());
    }

    private void assertRejected(AdmissionRequest request, Rejection reason) throws IOException {
        assertThat(ask(request)).isEqualTo(new Rejected(reason));
    }

    @Test
    void invitedPeerBecomesAMember() throws IOException, PeerRefusedException {
        JoinToken token = JoinToken.parse(swarm.token(admission, 1).text());
        Joining joining = swarm.joining(token);
        AdmissionRequest request = joining.request();
        Joining.Joined joined = joining.accept(ask(request));
        assertThat(joined.credential().peer()).isEqualTo(request.peer().peer());
        PeerIdentity seen = swarm.trust.check(joined.credential().chain());
        assertThat(seen.role()).isEqualTo(PeerRole.HOST);
        assertThat(seen.key()).isEqualTo(request.peer());
        assertThat(joined.trust().swarm()).isEqualTo(swarm.id);
        assertThat(LeafNames.of(joined.credential().leaf()).hosts()).containsExactly("127.0.0.1");
    }

    @Test
    void inviteIsUsedByOnePeer() throws IOException {
        JoinToken token = swarm.token(admission, 1);
        assertThat(ask(swarm.joining(token).request())).isInstanceOf(Admitted.class);
        assertRejected(swarm.joining(token).request(), Rejection.USED_UP);
    }

    @Test
    void inviteIsUsedByAsManyPeersAsItAllows() throws IOException {
        JoinToken token = swarm.token(admission, 3);
        for (int i = 0; i < 3; i++) {
            assertThat(ask(swarm.joining(token).request())).isInstanceOf(Admitted.class);
        }
        assertRejected(swarm.joining(token).request(), Rejection.USED_UP);
    }

    @Test
    void lostAnswerIsAskedForAgain() throws IOException {
        Joining joining = swarm.joining(swarm.token(admission, 1));
        AdmissionRequest request = joining.request();
        ask(request);
        assertThat(joining.accept(ask(request)).credential().peer())
                .isEqualTo(request.peer().peer());
    }

    @Test
    void usedInviteStaysUsedAfterARestart() throws IOException {
        JoinToken token = swarm.token(admission, 1);
        ask(swarm.joining(token).request());
        admission = swarm.admission(folder);
        assertRejected(swarm.joining(token).request(), Rejection.USED_UP);
    }

    @Test
    void replayedRequestBringsNothingToAnotherPeer() throws IOException {
        JoinToken token = swarm.token(admission, 1);
        Joining honest = swarm.joining(token);
        AdmissionRequest request = honest.request();
        ask(request);
        var replayed = (Admitted) ask(request);
        Joining thief = swarm.joining(token);
        assertThat(reason(() -> thief.accept(replayed))).isEqualTo(Reason.FORGED);
        swarm.clock.move(Duration.ofMinutes(6));
        assertRejected(request, Rejection.CLOCK);
    }

    @Test
    void otherKeysInAnOverheardRequestAreFound() throws IOException {
        JoinToken token = swarm.token(admission, 1);
        AdmissionRequest heard = swarm.joining(token).request();
        PeerKey thief = PeerKey.generate(RANDOM);
        var tls = EcKeys.generate(RANDOM).getPublic();
        Body body =
                new Body(
                        swarm.id,
                        TlsBinding.make(thief, swarm.id, tls),
                        tls.getEncoded(),
                        PeerRole.HOST,
                        HERE,
                        swarm.clock.instant());
        assertRejected(AdmissionRequest.sign(thief, body, heard.right()), Rejection.BAD_SECRET);
        assertRejected(
                new AdmissionRequest(body, heard.right(), heard.signature()),
                Rejection.BAD_SIGNATURE);
        Body swapped =
                new Body(
                        swarm.id,
                        heard.body().binding(),
                        tls.getEncoded(),
                        PeerRole.HOST,
                        HERE,
                        swarm.clock.instant());
        assertRejected(
                new AdmissionRequest(swapped, heard.right(), heard.signature()),
                Rejection.BAD_SIGNATURE);
    }

    @Test
    void wrongSecretIsRefused() throws IOException {
        JoinToken token = swarm.token(admission, 1);
        PeerKey peer = PeerKey.generate(RANDOM);
        AdmissionRequest request = Joining.with(token, peer, HERE, swarm.clock, RANDOM).request();
        var guessed = new Right.ByInvite(token.secret().inviteId(), new byte[Digests.BYTES]);
        assertRejected(AdmissionRequest.sign(peer, request.body(), guessed), Rejection.BAD_SECRET);
        assertThat(ask(request)).isInstanceOf(Admitted.class);
    }

    @Test
    void expiredRevokedAndUnknownInvitesAreRefused() throws IOException {
        JoinToken expired = swarm.token(admission, 1);
        swarm.clock.move(Duration.ofMinutes(61));
        assertRejected(swarm.joining(expired).request(), Rejection.EXPIRED);

        JoinToken revoked = swarm.token(admission, 1);
        InviteLedger ledger = InviteLedger.open(folder.resolve("invites"));
        assertThat(ledger.revoke(revoked.secret().inviteId())).isTrue();
        assertThat(ledger.revoke("00".repeat(16))).isFalse();
        admission = swarm.admission(folder);
        assertRejected(swarm.joining(revoked).request(), Rejection.REVOKED_INVITE);

        swarm.clock.move(Duration.ofDays(8));
        swarm.token(admission, 1);
        assertRejected(swarm.joining(expired).request(), Rejection.UNKNOWN_INVITE);
    }

    @Test
    void otherRoleIsRefused() throws IOException {
        JoinToken token = swarm.token(admission, 1);
        var other =
                new JoinToken(
                        token.swarm(),
                        token.issuer(),
                        token.seeds(),
                        token.root(),
                        token.secret(),
                        PeerRole.ENTRY,
                        token.expires());
        assertRejected(swarm.joining(other).request(), Rejection.WRONG_ROLE);
    }

    @Test
    void anotherSwarmsRequestIsRefused() throws IOException {
        TestSwarm other = TestSwarm.found();
        JoinToken token =
                other.token(other.admission(Files.createDirectory(folder.resolve("other"))), 1);
        assertRejected(other.joining(token).request(), Rejection.WRONG_SWARM);
    }

    @Test
    void wrongClockIsNamed() throws IOException {
        JoinToken token = swarm.token(admission, 1);
        var late = new TestClock();
        late.move(Duration.ofMinutes(6));
        AdmissionRequest request =
                Joining.with(token, PeerKey.generate(RANDOM), HERE, late, RANDOM).request();
        assertRejected(request, Rejection.CLOCK);
    }

    @Test
    void revokedPeerDoesNotComeBack() throws IOException {
        JoinToken token = swarm.token(admission, 2);
        PeerKey peer = PeerKey.generate(RANDOM);
        swarm.trust.apply(swarm.revoke(peer));
        Joining joining = Joining.with(token, peer, HERE, swarm.clock, RANDOM);
        assertRejected(joining.request(), Rejection.REVOKED_PEER);
        assertThatThrownBy(() -> joining.accept(ask(joining.request())))
                .hasMessage(
                        "not admitted: this peer was revoked; it cannot join again with the same"
                                + " key");
    }

    @Test
    void memberRenewsItsCertificate() throws IOException, PeerRefusedException {
        PeerKey peer = PeerKey.generate(RANDOM);
        Credential old = swarm.certify(peer);
        SwarmTrust own =
                SwarmTrust.pinned(swarm.id, swarm.trust.pin(), swarm.trust.history(), swarm.clock);
        assertThat(old.isRenewalDue(swarm.clock.instant().plus(Duration.ofDays(19)))).isFalse();
        assertThat(old.isRenewalDue(swarm.clock.instant().plus(Duration.ofDays(21)))).isTrue();
        swarm.clock.move(Duration.ofDays(29));
        Joining renewing = Joining.renewing(old, own, peer, HERE, RANDOM);
        Credential renewed = renewing.accept(ask(renewing.request())).credential();
        swarm.clock.move(Duration.ofDays(2));
        assertThat(TestSwarm.refusal(swarm.trust, old)).isEqualTo(Refusal.EXPIRED);
        assertThat(swarm.trust.check(renewed.chain()).peer()).isEqualTo(peer.peer());
        assertRejected(
                Joining.renewing(old, own, peer, HERE, RANDOM).request(),
                Rejection.BAD_CERTIFICATE);
        PeerKey other = PeerKey.generate(RANDOM);
        assertRejected(
                Joining.renewing(renewed, own, other, HERE, RANDOM).request(),
                Rejection.BAD_CERTIFICATE);
        swarm.trust.apply(swarm.revoke(peer));
        assertRejected(
                Joining.renewing(renewed, own, peer, HERE, RANDOM).request(),
                Rejection.REVOKED_PEER);
    }

    @Test
    void answerOfAnotherSwarmIsNotBelieved() throws IOException {
        JoinToken token = swarm.token(admission, 1);
        Joining joining = swarm.joining(token);
        AdmissionRequest request = joining.request();
        var liar = new TestSwarm(swarm.clock);
        Body body = request.body();
        var forged =
                new Admitted(
                        liar.root.certify(
                                body.binding(),
                                body.publicKey(),
                                PeerRole.HOST,
                                HERE,
                                Validity.from(swarm.clock.instant(), Duration.ofDays(1))),
                        liar.trust.history(),
                        List.of());
        assertThat(reason(() -> joining.accept(forged))).isEqualTo(Reason.FORGED);
        var mixed = new Admitted(forged.chain(), swarm.trust.history(), List.of());
        assertThat(reason(() -> joining.accept(mixed))).isEqualTo(Reason.FORGED);
    }

    @Test
    void newPeerLearnsRootsAndRevocations() throws IOException {
        JoinToken token = swarm.token(admission, 1);
        PeerKey bad = PeerKey.generate(RANDOM);
        swarm.trust.apply(swarm.revoke(bad));
        Authority next = Authority.root(swarm.id, swarm.clock, RANDOM);
        swarm.trust.apply(swarm.trust.roots().adding(swarm.root, next.certificate()));
        Joining joining = swarm.joining(token);
        SwarmTrust learnt = joining.accept(ask(joining.request())).trust();
        assertThat(learnt.isRevoked(bad.peer())).isTrue();
        assertThat(learnt.roots().roots())
                .containsExactly(swarm.root.certificate(), next.certificate());
    }

    @Test
    void mutatedRequestsAreRefusedWithATypedReason() throws IOException {
        AdmissionRequest request = swarm.joining(swarm.token(admission, 1000)).request();
        byte[] good = request.encode();
        var random = new SplittableRandom(7);
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(admission.answer(AdmissionRequest.decode(bad)))
                        .as("mutation %d", i)
                        .isInstanceOf(Rejected.class);
            } catch (IdentityException e) {
                assertThat(e.reason()).isIn(Reason.MALFORMED, Reason.UNKNOWN_VERSION);
            }
        }
        for (int length = 0; length < good.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(good, length);
            assertThat(reason(() -> AdmissionRequest.decode(cut))).isEqualTo(Reason.MALFORMED);
        }
    }

    @Test
    void mutatedAnswersAreRefusedOrMeanTheSame() throws IOException, PeerRefusedException {
        Joining joining = swarm.joining(swarm.token(admission, 1));
        swarm.trust.apply(swarm.revoke(PeerKey.generate(RANDOM)));
        byte[] good = admission.answer(joining.request()).encode();
        var random = new SplittableRandom(8);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                Joining.Joined joined = joining.accept(AdmissionReply.decode(bad));
                assertThat(swarm.trust.check(joined.credential().chain()).key())
                        .isEqualTo(joining.request().peer());
            } catch (IdentityException | PeerRefusedException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(150);
    }

    @Test
    void damagedLedgerIsNamed() throws IOException {
        swarm.token(admission, 1);
        Path file = folder.resolve("invites");
        byte[] bytes = Files.readAllBytes(file);
        bytes[40] ^= 1;
        Files.write(file, bytes);
        assertThat(reason(() -> InviteLedger.open(file))).isEqualTo(Reason.CORRUPT);
    }

    @Test
    void issuerAdmitsWithoutTheRoot() throws IOException, PeerRefusedException {
        PeerKey second = PeerKey.generate(RANDOM);
        Authority issuer = swarm.issuer(second);
        SwarmTrust own =
                SwarmTrust.pinned(swarm.id, swarm.trust.pin(), swarm.trust.history(), swarm.clock);
        var other =
                new Admission(
                        issuer, own, InviteLedger.open(folder.resolve("second")), swarm.clock);
        JoinToken token = swarm.token(other, 1);
        Joining joining = swarm.joining(token);
        Credential member = joining.accept(other.answer(joining.request())).credential();
        assertThat(member.chain()).hasSize(3);
        assertThat(swarm.trust.check(member.chain()).peer()).isEqualTo(member.peer());
        swarm.trust.apply(swarm.trust.revoking(swarm.root, Set.of(second.peer()), Set.of()));
        assertThat(TestSwarm.refusal(swarm.trust, member)).isEqualTo(Refusal.REVOKED);
    }
}
