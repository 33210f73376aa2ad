// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.identity.AdmissionReply.Admitted;
import dev.witan.swarm.identity.AdmissionReply.Rejected;
import dev.witan.swarm.identity.AdmissionRequest.Body;
import dev.witan.swarm.identity.AdmissionRequest.Right;
import dev.witan.swarm.identity.IdentityException.Reason;

import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// The asking side of admission: one request with a fresh TLS key, and the check of its answer.
///
/// **Threads** immutable; the request may be sent again until it is answered.
public final class Joining {
    private final PeerKey peer;
    private final List<Endpoint> endpoints;
    private final KeyPair tls;
    private final InstantSource clock;
    private final Pledge pledge;

    /// What the answer is held against: a token, or the trust of a member.
    private sealed interface Pledge {
        record ByToken(JoinToken token) implements Pledge {}

        record ByMembership(Credential present, SwarmTrust trust) implements Pledge {}
    }

    private Joining(
            PeerKey peer,
            List<Endpoint> endpoints,
            Pledge pledge,
            InstantSource clock,
            SecureRandom random) {
        this.peer = peer;
        this.endpoints = List.copyOf(endpoints);
        this.pledge = pledge;
        this.clock = clock;
        tls = EcKeys.generate(random);
    }

    /// A new peer with a token.
    public static Joining with(
            JoinToken token,
            PeerKey peer,
            List<Endpoint> endpoints,
            InstantSource clock,
            SecureRandom random) {
        return new Joining(peer, endpoints, new Pledge.ByToken(token), clock, random);
    }

    /// A member whose certificate runs out or stands under a root that leaves.
    public static Joining renewing(
            Credential present,
            SwarmTrust trust,
            PeerKey peer,
            List<Endpoint> endpoints,
            SecureRandom random) {
        return new Joining(
                peer, endpoints, new Pledge.ByMembership(present, trust), trust::now, random);
    }

    /// A member with its certificate and its view of the swarm's trust.
    ///
    /// @param credential for TLS
    /// @param trust roots and revocations
    public record Joined(Credential credential, SwarmTrust trust) {}

    /// The request, with the present time.
    public AdmissionRequest request() throws IdentityException {
        return switch (pledge) {
            case Pledge.ByToken(JoinToken token) -> {
                Body body = body(token.swarm(), token.role());
                InviteSecret secret = token.secret();
                yield AdmissionRequest.sign(
                        peer,
                        body,
                        new Right.ByInvite(secret.inviteId(), secret.code(body.encode())));
            }
            case Pledge.ByMembership(Credential present, SwarmTrust trust) ->
                    AdmissionRequest.sign(
                            peer,
                            body(trust.swarm(), LeafNames.of(present.leaf()).role()),
                            new Right.ByCertificate(present.chain()));
        };
    }

    /// What the answer brings, if it holds against what this peer knew before.
    ///
    /// **Errors** [IdentityException] `NOT_ALLOWED` with the issuer's reason, or `FORGED`.
    public Joined accept(AdmissionReply reply) throws IdentityException {
        return switch (reply) {
            case Rejected(Rejection reason) ->
                    throw new IdentityException(
                            Reason.NOT_ALLOWED, "not admitted: " + reason.description());
            case Admitted admitted -> joined(admitted);
        };
    }

    private Joined joined(Admitted admitted) throws IdentityException {
        SwarmTrust trust =
                switch (pledge) {
                    case Pledge.ByToken(JoinToken token) ->
                            SwarmTrust.pinned(
                                    token.swarm(), token.root(), admitted.history(), clock);
                    case Pledge.ByMembership(Credential _, SwarmTrust known) -> {
                        admitted.history().forEach(known::apply);
                        yield known;
                    }
                };
        admitted.revocations().forEach(trust::apply);
        try {
            PeerIdentity shown = trust.check(admitted.chain());
            boolean mine =
                    shown.key().equals(peer.publicKey())
                            && admitted.chain().getFirst().getPublicKey().equals(tls.getPublic());
            if (!mine) {
                throw forged(null);
            }
            return new Joined(new Credential(tls.getPrivate(), admitted.chain()), trust);
        } catch (PeerRefusedException e) {
            throw forged(e);
        }
    }

    private Body body(SwarmId swarm, PeerRole role) {
        Instant time = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return new Body(
                swarm,
                TlsBinding.make(peer, swarm, tls.getPublic()),
                tls.getPublic().getEncoded(),
                role,
                endpoints,
                time);
    }

    private static IdentityException forged(
            @org.jspecify.annotations.Nullable PeerRefusedException cause) {
        String message = "the answer brings no valid certificate for this peer";
        return cause == null
                ? new IdentityException(Reason.FORGED, message)
                : new IdentityException(Reason.FORGED, message, cause);
    }
}
