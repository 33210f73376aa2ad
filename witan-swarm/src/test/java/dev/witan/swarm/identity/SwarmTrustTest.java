// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import static dev.witan.swarm.identity.TestSwarm.HERE;
import static dev.witan.swarm.identity.TestSwarm.RANDOM;
import static dev.witan.swarm.identity.TestSwarm.reason;
import static dev.witan.swarm.identity.TestSwarm.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.swarm.identity.IdentityException.Reason;
import dev.witan.swarm.identity.SwarmTrust.Applied;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

final class SwarmTrustTest {
    @TempDir Path folder;
    private TestSwarm swarm;
    private final PeerKey peer = PeerKey.generate(RANDOM);

    @BeforeEach
    void found() throws IOException {
        swarm = TestSwarm.found();
    }

    @Test
    void memberIsAccepted(TestReporter reporter) throws Exception {
        Credential credential = swarm.certify(peer);
        PeerIdentity seen = swarm.trust.check(credential.chain());
        assertThat(seen.peer()).isEqualTo(peer.peer());
        assertThat(seen.expires()).isEqualTo(credential.expires());
        reporter.publishEntry("leaf bytes", String.valueOf(credential.leaf().getEncoded().length));
        reporter.publishEntry("proof bytes", String.valueOf(credential.membershipProof().length));
    }

    @Test
    void timeIsChecked() throws IOException {
        Credential credential = swarm.certify(peer);
        swarm.clock.move(Authority.LEAF_VALIDITY.plusSeconds(1));
        assertThat(refusal(swarm.trust, credential)).isEqualTo(Refusal.EXPIRED);
        swarm.clock.move(Authority.LEAF_VALIDITY.plusSeconds(600).negated());
        assertThat(refusal(swarm.trust, credential)).isEqualTo(Refusal.NOT_YET_VALID);
    }

    @Test
    void foreignCertificatesAreRefused() throws IOException {
        TestSwarm other = TestSwarm.found();
        assertThat(refusal(swarm.trust, other.certify(peer))).isEqualTo(Refusal.FOREIGN_CA);
        // A second root that calls itself a member of this swarm.
        Authority liar = Authority.root(swarm.id, swarm.clock, RANDOM);
        assertThat(refusal(swarm.trust, liar.certifyOwn(peer, PeerRole.HOST, HERE, swarm.clock)))
                .isEqualTo(Refusal.FOREIGN_CA);
    }

    @Test
    void issuerAloneCannotSpeakForAPeer() throws IOException {
        // The issuer certifies a key of its own under the name of a peer that never signed it.
        Authority issuer = swarm.issuer(PeerKey.generate(RANDOM));
        var tls = EcKeys.generate(RANDOM);
        var stolen =
                new TlsBinding(
                        peer.publicKey(),
                        TlsBinding.make(peer, swarm.id, EcKeys.generate(RANDOM).getPublic())
                                .signature());
        var validity = Validity.from(swarm.clock.instant(), Duration.ofDays(1));
        var chain = issuer.certify(stolen, tls.getPublic(), PeerRole.HOST, HERE, validity);
        assertThat(refusal(swarm.trust, new Credential(tls.getPrivate(), chain)))
                .isEqualTo(Refusal.BAD_BINDING);
        // Nor does a signature made for another swarm help.
        var elsewhere = TlsBinding.make(peer, SwarmId.random(RANDOM), tls.getPublic());
        chain = issuer.certify(elsewhere, tls.getPublic(), PeerRole.HOST, HERE, validity);
        assertThat(refusal(swarm.trust, new Credential(tls.getPrivate(), chain)))
                .isEqualTo(Refusal.BAD_BINDING);
    }

    @Test
    void authoritysOwnCertificateIsNoPeers() throws IOException {
        Authority issuer = swarm.issuer(peer);
        var key = EcKeys.generate(RANDOM).getPrivate();
        assertThat(refusal(swarm.trust, new Credential(key, issuer.chain())))
                .isEqualTo(Refusal.MALFORMED);
        assertThat(refusal(swarm.trust, new Credential(key, swarm.root.chain())))
                .isEqualTo(Refusal.MALFORMED);
    }

    @Test
    void issuerGrantsNothing() throws IOException {
        Authority issuer = swarm.issuer(peer);
        var pair = IssuerRequest.newKey(RANDOM);
        var request = IssuerRequest.make(peer, swarm.id, pair.getPublic());
        assertThat(reason(() -> issuer.grant(request, swarm.clock))).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(reason(() -> RootSet.found(issuer))).isEqualTo(Reason.NOT_ALLOWED);
        var unsigned = new IssuerRequest(peer.publicKey(), request.issuerKey(), new byte[64]);
        assertThat(reason(() -> swarm.root.grant(unsigned, swarm.clock))).isEqualTo(Reason.FORGED);
    }

    @Test
    void authorityIsTheSameAfterReading() throws IOException, PeerRefusedException {
        Path file = folder.resolve("authority");
        swarm.root.save(file);
        Authority read = Authority.open(file, swarm.id, RANDOM);
        assertThat(read.isRoot()).isTrue();
        assertThat(
                        swarm.trust
                                .check(
                                        read.certifyOwn(peer, PeerRole.ENTRY, HERE, swarm.clock)
                                                .chain())
                                .role())
                .isEqualTo(PeerRole.ENTRY);
        Credential credential = swarm.certify(peer);
        credential.save(file);
        assertThat(Credential.open(file).leaf()).isEqualTo(credential.leaf());
        assertThat(reason(() -> Authority.open(file, swarm.id, RANDOM))).isEqualTo(Reason.CORRUPT);
    }

    @Test
    void rotationOverlapsAndEnds() throws IOException, PeerRefusedException {
        Credential old = swarm.certify(peer);
        Authority next = Authority.root(swarm.id, swarm.clock, RANDOM);
        RootSet both = swarm.trust.roots().adding(swarm.root, next.certificate());
        assertThat(swarm.trust.apply(RootSet.decode(both.encode()))).isEqualTo(Applied.NEW);
        assertThat(swarm.trust.apply(both)).isEqualTo(Applied.OUTDATED);
        Credential renewed = next.certifyOwn(peer, PeerRole.HOST, HERE, swarm.clock);
        swarm.trust.check(old.chain());
        swarm.trust.check(renewed.chain());
        RootSet alone = swarm.trust.roots().keeping(next);
        assertThat(swarm.trust.apply(alone)).isEqualTo(Applied.NEW);
        assertThat(refusal(swarm.trust, old)).isEqualTo(Refusal.FOREIGN_CA);
        assertThat(swarm.trust.check(renewed.chain()).peer()).isEqualTo(peer.peer());
        assertThat(swarm.trust.pin()).isEqualTo(Certificates.fingerprint(next.certificate()));
    }

    @Test
    void peerThatWasAwayFollowsTheHistory() throws IOException {
        SwarmTrust away = SwarmTrust.founded(swarm.trust.roots(), swarm.clock);
        Authority next = Authority.root(swarm.id, swarm.clock, RANDOM);
        swarm.trust.apply(swarm.trust.roots().adding(swarm.root, next.certificate()));
        RootSet alone = swarm.trust.roots().keeping(next);
        swarm.trust.apply(alone);
        assertThat(away.apply(alone)).isEqualTo(Applied.FORGED);
        swarm.trust.history().forEach(away::apply);
        assertThat(away.roots().roots()).containsExactly(next.certificate());
    }

    @Test
    void forgedRootSetsAreDropped() throws IOException {
        Authority liar = Authority.root(swarm.id, swarm.clock, RANDOM);
        RootSet first = swarm.trust.roots();
        assertThat(swarm.trust.apply(first.adding(liar, swarm.root.certificate())))
                .isEqualTo(Applied.FORGED);
        RootSet good = first.adding(swarm.root, liar.certificate());
        assertThat(swarm.trust.apply(new RootSet(swarm.id, 99, good.roots(), good.signature())))
                .isEqualTo(Applied.FORGED);
        TestSwarm other = TestSwarm.found();
        assertThat(swarm.trust.apply(other.trust.roots())).isEqualTo(Applied.FORGED);
        assertThat(swarm.trust.roots()).isEqualTo(first);
    }

    @Test
    void revocationsAddUpAndAreNumbered() throws IOException {
        PeerKey second = PeerKey.generate(RANDOM);
        Authority issuer = swarm.issuer(second);
        PeerKey a = PeerKey.generate(RANDOM);
        PeerKey b = PeerKey.generate(RANDOM);
        RevocationList first = swarm.revoke(a);
        assertThat(swarm.trust.apply(RevocationList.decode(first.encode()))).isEqualTo(Applied.NEW);
        assertThat(swarm.trust.apply(swarm.trust.revoking(issuer, Set.of(b.peer()), Set.of())))
                .isEqualTo(Applied.NEW);
        assertThat(swarm.trust.isRevoked(a.peer())).isTrue();
        assertThat(swarm.trust.isRevoked(b.peer())).isTrue();
        swarm.trust.apply(swarm.revoke(peer));
        assertThat(swarm.trust.apply(first)).isEqualTo(Applied.OUTDATED);
        assertThat(swarm.trust.isRevoked(peer.peer())).isTrue();
        assertThat(swarm.trust.isRevoked(a.peer())).isTrue();
    }

    @Test
    void singleCertificateIsRevoked() throws IOException, PeerRefusedException {
        Credential lost = swarm.certify(peer);
        Credential kept = swarm.certify(peer);
        swarm.trust.apply(
                swarm.trust.revoking(swarm.root, Set.of(), Set.of(lost.leaf().getSerialNumber())));
        assertThat(refusal(swarm.trust, lost)).isEqualTo(Refusal.REVOKED);
        assertThat(swarm.trust.check(kept.chain()).peer()).isEqualTo(peer.peer());
    }

    @Test
    void forgedRevocationsAreDropped() throws IOException {
        TestSwarm other = TestSwarm.found();
        RevocationList foreign =
                RevocationList.sign(
                        Authority.root(swarm.id, swarm.clock, RANDOM),
                        1,
                        Set.of(peer.peer()),
                        Set.of());
        assertThat(swarm.trust.apply(foreign)).isEqualTo(Applied.FORGED);
        assertThat(swarm.trust.apply(other.revoke(peer))).isEqualTo(Applied.FORGED);
        RevocationList good = swarm.revoke(PeerKey.generate(RANDOM));
        var changed =
                new RevocationList(
                        swarm.id,
                        good.sequence(),
                        new java.util.TreeSet<>(Set.of(peer.peer())),
                        good.serials(),
                        good.chain(),
                        good.signature());
        assertThat(swarm.trust.apply(changed)).isEqualTo(Applied.FORGED);
        // A peer's own certificate gives no right to revoke.
        var byPeer =
                new RevocationList(
                        swarm.id,
                        1,
                        good.peers(),
                        good.serials(),
                        swarm.certify(peer).chain(),
                        good.signature());
        assertThat(swarm.trust.apply(byPeer)).isEqualTo(Applied.FORGED);
        assertThat(swarm.trust.isRevoked(peer.peer())).isFalse();
    }

    @Test
    void revokedIssuerHasNoSay() throws IOException {
        PeerKey rogue = PeerKey.generate(RANDOM);
        Authority issuer = swarm.issuer(rogue);
        swarm.trust.apply(swarm.trust.revoking(issuer, Set.of(peer.peer()), Set.of()));
        assertThat(swarm.trust.isRevoked(peer.peer())).isTrue();
        swarm.trust.apply(RevocationList.sign(swarm.root, 1, Set.of(rogue.peer()), Set.of()));
        assertThat(swarm.trust.isRevoked(peer.peer())).isFalse();
        assertThat(swarm.trust.isRevoked(rogue.peer())).isTrue();
    }

    @Test
    void trustIsTheSameAfterReading() throws IOException {
        Authority next = Authority.root(swarm.id, swarm.clock, RANDOM);
        swarm.trust.apply(swarm.trust.roots().adding(swarm.root, next.certificate()));
        swarm.trust.apply(swarm.revoke(peer));
        swarm.trust.apply(swarm.trust.roots().keeping(next));
        Path file = folder.resolve("trust");
        swarm.trust.save(file);
        SwarmTrust read = SwarmTrust.open(file, swarm.clock);
        assertThat(read.roots().roots()).containsExactly(next.certificate());
        assertThat(read.isRevoked(peer.peer())).isTrue();
        byte[] bytes = Files.readAllBytes(file);
        var random = new SplittableRandom(3);
        for (int i = 0; i < 50; i++) {
            byte[] bad = bytes.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bad);
            assertThat(reason(() -> SwarmTrust.open(file, swarm.clock))).isEqualTo(Reason.CORRUPT);
        }
    }

    @Test
    void membershipProofNeedsNoClock() throws IOException {
        Credential credential = swarm.certify(peer);
        byte[] proof = credential.membershipProof();
        swarm.clock.move(Duration.ofDays(1000));
        swarm.trust.apply(swarm.revoke(peer));
        assertThat(swarm.trust.isMember(peer.publicKey(), proof)).isTrue();
        assertThat(swarm.trust.isMember(PeerKey.generate(RANDOM).publicKey(), proof)).isFalse();
        assertThat(swarm.trust.isMember(peer.publicKey(), new byte[0])).isFalse();
        assertThat(swarm.trust.isMember(peer.publicKey(), new byte[] {0})).isFalse();
        byte[] foreign = TestSwarm.found().certify(peer).membershipProof();
        assertThat(swarm.trust.isMember(peer.publicKey(), foreign)).isFalse();
    }

    @Test
    void pinnedTrustBelievesItsRootOnly() throws IOException {
        List<RootSet> history = swarm.trust.history();
        assertThat(SwarmTrust.pinned(swarm.id, swarm.trust.pin(), history, swarm.clock).roots())
                .isEqualTo(swarm.trust.roots());
        String other = "00".repeat(32);
        assertThat(reason(() -> SwarmTrust.pinned(swarm.id, other, history, swarm.clock)))
                .isEqualTo(Reason.FORGED);
        assertThat(
                        reason(() ->
                                SwarmTrust.pinned(
                                        swarm.id, swarm.trust.pin(), List.of(), swarm.clock)))
                .isEqualTo(Reason.FORGED);
    }
}
