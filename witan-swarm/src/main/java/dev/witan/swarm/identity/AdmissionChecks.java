// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.identity.AdmissionCheck.Context;
import dev.witan.swarm.identity.AdmissionRequest.Right;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The conditions for a certificate, in the order in which they are looked at. Nothing about an
/// invite is told to somebody who does not know its secret.
final class AdmissionChecks {
    private AdmissionChecks() {}

    static List<AdmissionCheck> all() {
        return List.of(
                AdmissionChecks::swarm,
                AdmissionChecks::clock,
                AdmissionChecks::signature,
                AdmissionChecks::secret,
                AdmissionChecks::expiry,
                AdmissionChecks::uses,
                AdmissionChecks::certificate,
                AdmissionChecks::revocation);
    }

    static Optional<Rejection> swarm(AdmissionRequest request, Context context) {
        return when(!request.body().swarm().equals(context.trust().swarm()), Rejection.WRONG_SWARM);
    }

    static Optional<Rejection> clock(AdmissionRequest request, Context context) {
        Duration apart = Duration.between(request.body().time(), context.now()).abs();
        return when(apart.compareTo(Validity.SKEW) > 0, Rejection.CLOCK);
    }

    static Optional<Rejection> signature(AdmissionRequest request, Context context) {
        try {
            boolean signed =
                    request.isSigned()
                            && request.body()
                                    .binding()
                                    .fits(request.body().swarm(), request.body().publicKey());
            return when(!signed, Rejection.BAD_SIGNATURE);
        } catch (IdentityException e) {
            return Optional.of(Rejection.BAD_SIGNATURE);
        }
    }

    static Optional<Rejection> secret(AdmissionRequest request, Context context) {
        if (!(request.right() instanceof Right.ByInvite(String id, byte[] code))) {
            return Optional.empty();
        }
        return context.invites()
                .find(id)
                .map(invite ->
                        when(
                                !invite.secret().fits(request.body().encode(), code),
                                Rejection.BAD_SECRET))
                .orElse(Optional.of(Rejection.UNKNOWN_INVITE));
    }

    static Optional<Rejection> expiry(AdmissionRequest request, Context context) {
        return invite(request, context)
                .flatMap(
                        invite -> when(context.now().isAfter(invite.expires()), Rejection.EXPIRED));
    }

    static Optional<Rejection> uses(AdmissionRequest request, Context context) {
        Optional<Invite> invite = invite(request, context);
        if (invite.isEmpty()) {
            return Optional.empty();
        }
        if (invite.get().revoked()) {
            return Optional.of(Rejection.REVOKED_INVITE);
        }
        if (invite.get().role() != request.body().role()) {
            return Optional.of(Rejection.WRONG_ROLE);
        }
        return when(!invite.get().isOpenTo(request.peer().peer()), Rejection.USED_UP);
    }

    static Optional<Rejection> certificate(AdmissionRequest request, Context context) {
        if (!(request.right() instanceof Right.ByCertificate(var chain))) {
            return Optional.empty();
        }
        try {
            PeerIdentity shown = context.trust().check(chain);
            if (!shown.key().equals(request.peer())) {
                return Optional.of(Rejection.BAD_CERTIFICATE);
            }
            return when(shown.role() != request.body().role(), Rejection.WRONG_ROLE);
        } catch (PeerRefusedException e) {
            return Optional.of(
                    e.refusal() == Refusal.REVOKED
                            ? Rejection.REVOKED_PEER
                            : Rejection.BAD_CERTIFICATE);
        }
    }

    static Optional<Rejection> revocation(AdmissionRequest request, Context context) {
        return when(context.trust().isRevoked(request.peer().peer()), Rejection.REVOKED_PEER);
    }

    private static Optional<Invite> invite(AdmissionRequest request, Context context) {
        return request.right() instanceof Right.ByInvite(String id, byte[] _)
                ? context.invites().find(id)
                : Optional.empty();
    }

    private static Optional<Rejection> when(boolean bad, Rejection rejection) {
        return bad ? Optional.of(rejection) : Optional.empty();
    }
}
