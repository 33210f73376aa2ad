// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// A founded swarm with its first peer, and what it takes to bring in others.
final class TestSwarm {
    static final SecureRandom RANDOM = new SecureRandom();
    static final List<Endpoint> HERE = List.of(new Endpoint("127.0.0.1", 4444));

    final TestClock clock;
    final SwarmId id = SwarmId.random(RANDOM);
    final Authority root;
    final SwarmTrust trust;
    final PeerKey founder = PeerKey.generate(RANDOM);

    TestSwarm(TestClock clock) throws IOException {
        this.clock = clock;
        root = Authority.root(id, clock, RANDOM);
        trust = SwarmTrust.founded(RootSet.found(root), clock);
    }

    static TestSwarm found() throws IOException {
        return new TestSwarm(new TestClock());
    }

    Credential certify(PeerKey peer) {
        return root.certifyOwn(peer, PeerRole.HOST, HERE, clock);
    }

    /// A peer with its own copy of the trust, as after joining.
    Member member() throws IOException {
        PeerKey peer = PeerKey.generate(RANDOM);
        SwarmTrust own = SwarmTrust.pinned(id, trust.pin(), trust.history(), clock);
        return new Member(peer, new SwarmTls(certify(peer), own), own);
    }

    record Member(PeerKey key, SwarmTls tls, SwarmTrust trust) {}

    Admission admission(Path folder) throws IOException {
        return new Admission(root, trust, InviteLedger.open(folder.resolve("invites")), clock);
    }

    JoinToken token(Admission admission, int uses) throws IOException {
        return admission.invite(
                new Admission.Terms(PeerRole.HOST, uses, Duration.ofHours(1)),
                founder.peer(),
                HERE,
                RANDOM);
    }

    Joining joining(JoinToken token) {
        return Joining.with(token, PeerKey.generate(RANDOM), HERE, clock, RANDOM);
    }

    Authority issuer(PeerKey peer) throws IOException {
        KeyPair pair = IssuerRequest.newKey(RANDOM);
        var request = IssuerRequest.make(peer, id, pair.getPublic());
        return Authority.issuer(
                id, pair, root.grant(IssuerRequest.decode(request.encode()), clock), RANDOM);
    }

    RevocationList revoke(PeerKey peer) {
        return trust.revoking(root, Set.of(peer.peer()), Set.of());
    }

    static IdentityException.Reason reason(ThrowingRunnable action) {
        try {
            action.run();
        } catch (IdentityException e) {
            if (String.valueOf(e.getMessage()).lines().count() != 1) {
                throw new AssertionError("not one line: " + e.getMessage());
            }
            return e.reason();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("nothing was thrown");
    }

    static Refusal refusal(SwarmTrust trust, Credential credential) {
        try {
            trust.check(credential.chain());
            throw new AssertionError("not refused");
        } catch (PeerRefusedException e) {
            return e.refusal();
        }
    }

    @FunctionalInterface
    interface ThrowingRunnable {
        void run() throws IOException;
    }
}
