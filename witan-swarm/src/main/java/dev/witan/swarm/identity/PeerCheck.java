// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.security.cert.X509Certificate;
import java.util.List;

/// One condition that a peer's certificates have to meet.
@FunctionalInterface
interface PeerCheck {
    /// Refuses the chain or lets it pass.
    ///
    /// @param chain leaf first, at least one certificate
    void check(List<X509Certificate> chain, TrustView view) throws PeerRefusedException;
}
