// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.security.cert.CertificateException;

/// The other side's certificate is not accepted here, with the reason.
public final class PeerRefusedException extends CertificateException {
    private final Refusal refusal;

    PeerRefusedException(Refusal refusal) {
        super("peer refused: " + refusal.description());
        this.refusal = refusal;
    }

    PeerRefusedException(Refusal refusal, Throwable cause) {
        super("peer refused: " + refusal.description(), cause);
        this.refusal = refusal;
    }

    /// Why.
    public Refusal refusal() {
        return refusal;
    }
}
