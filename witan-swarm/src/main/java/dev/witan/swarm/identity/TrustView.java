// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// What is trusted at one instant.
///
/// @param version another number after each change
/// @param swarm the swarm
/// @param roots trusted roots
/// @param peers revoked peers
/// @param serials serial numbers of revoked certificates
/// @param now the instant
record TrustView(
        long version,
        SwarmId swarm,
        List<X509Certificate> roots,
        Set<PeerId> peers,
        Set<BigInteger> serials,
        Instant now) {
    TrustView at(Instant instant) {
        return new TrustView(version, swarm, roots, peers, serials, instant);
    }
}
