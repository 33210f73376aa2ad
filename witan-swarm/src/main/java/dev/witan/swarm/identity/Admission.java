// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.identity.AdmissionReply.Admitted;
import dev.witan.swarm.identity.AdmissionReply.Rejected;
import dev.witan.swarm.identity.AdmissionRequest.Right;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// The issuing side of admission: makes invites and answers requests for certificates.
///
/// An answer needs no protection of its own on the way: the request says who asked and is bound to
/// the invite's secret, which is never sent; everything in the answer is signed. The same request
/// sent again gets an equally good certificate and uses nothing up, so a lost answer is asked for
/// again.
///
/// **Threads** safe.
public final class Admission {
    private final Authority authority;
    private final SwarmTrust trust;
    private final InviteLedger invites;
    private final InstantSource clock;
    private final List<AdmissionCheck> checks;

    /// An issuer with its invites.
    public Admission(
            Authority authority, SwarmTrust trust, InviteLedger invites, InstantSource clock) {
        this(authority, trust, invites, clock, AdmissionChecks.all());
    }

    Admission(
            Authority authority,
            SwarmTrust trust,
            InviteLedger invites,
            InstantSource clock,
            List<AdmissionCheck> checks) {
        this.authority = authority;
        this.trust = trust;
        this.invites = invites;
        this.clock = clock;
        this.checks = List.copyOf(checks);
    }

    /// What an invite allows.
    ///
    /// @param role the role of the peers invited
    /// @param uses how many peers may use it, 1 to [InviteLedger#USES_MAX]
    /// @param validity how long
    public record Terms(PeerRole role, int uses, Duration validity) {
        /// Checks uses and validity.
        public Terms {
            if (uses < 1 || uses > InviteLedger.USES_MAX) {
                throw new IllegalArgumentException(
                        "uses must be in [1, " + InviteLedger.USES_MAX + "], was " + uses);
            }
            if (!validity.isPositive() || validity.compareTo(Duration.ofDays(365)) > 0) {
                throw new IllegalArgumentException(
                        "validity must be in (0, 365 days], was " + validity);
            }
        }
    }

    /// A new token. The invite is on disk before it returns.
    ///
    /// @param issuer this peer
    /// @param seeds where to reach this peer, then others
    public JoinToken invite(Terms terms, PeerId issuer, List<Endpoint> seeds, SecureRandom random)
            throws IOException {
        Instant now = clock.instant();
        Instant expires = now.plus(terms.validity).truncatedTo(ChronoUnit.SECONDS);
        var token =
                new JoinToken(
                        trust.swarm(),
                        issuer,
                        seeds,
                        trust.pin(),
                        InviteSecret.random(random),
                        terms.role,
                        expires);
        invites.add(
                new Invite(
                        token.secret(), terms.role, expires, terms.uses, false, java.util.Set.of()),
                now);
        return token;
    }

    /// Answers a request.
    ///
    /// **Errors** [IOException] if the use of an invite cannot be stored; nothing was issued then.
    public AdmissionReply answer(AdmissionRequest request) throws IOException {
        var context = new AdmissionCheck.Context(trust, invites, clock.instant());
        for (AdmissionCheck check : checks) {
            Optional<Rejection> rejection = check.check(request, context);
            if (rejection.isPresent()) {
                return new Rejected(rejection.get());
            }
        }
        // Two requests may have passed the checks for the last use at once; the ledger decides.
        if (request.right() instanceof Right.ByInvite(String id, byte[] _)
                && !invites.use(id, request.peer().peer())) {
            return new Rejected(Rejection.USED_UP);
        }
        AdmissionRequest.Body body = request.body();
        return new Admitted(
                authority.certify(
                        body.binding(),
                        body.publicKey(),
                        body.role(),
                        body.endpoints(),
                        Validity.from(context.now(), Authority.LEAF_VALIDITY)),
                trust.history(),
                trust.revocations());
    }
}
