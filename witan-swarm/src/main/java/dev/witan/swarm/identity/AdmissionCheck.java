// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.time.Instant;
import java.util.Optional;

/// One condition that a request for a certificate has to meet.
@FunctionalInterface
interface AdmissionCheck {
    /// What a request is held against.
    ///
    /// @param trust roots and revocations
    /// @param invites the issuer's invites
    /// @param now the instant
    record Context(SwarmTrust trust, InviteLedger invites, Instant now) {}

    /// Why the request fails, if it does.
    Optional<Rejection> check(AdmissionRequest request, Context context);
}
