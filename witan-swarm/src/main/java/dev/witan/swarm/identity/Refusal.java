// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.util.Locale;

import javax.net.ssl.SSLException;

/// Why the other side of a connection is not accepted.
public enum Refusal {
    /// It showed no certificate.
    NO_CERTIFICATE("it showed no certificate"),
    /// No trusted root stands behind its certificate.
    FOREIGN_CA("its certificate is not from this swarm"),
    /// Its certificate has run out.
    EXPIRED("its certificate has expired"),
    /// Its certificate does not hold yet; a clock may be wrong.
    NOT_YET_VALID("its certificate does not hold yet (is a clock wrong?)"),
    /// The peer, its certificate or its issuer was revoked.
    REVOKED("it was revoked"),
    /// It is another peer than the one that was called.
    WRONG_PEER("it is another peer than the one called"),
    /// Its certificate does not name the address that was called.
    WRONG_ADDRESS("its certificate does not name the address called"),
    /// The peer's key did not sign the TLS key.
    BAD_BINDING("its peer key did not sign its TLS key"),
    /// Its certificate lacks what a peer's certificate has.
    MALFORMED("its certificate is not a peer's"),
    /// It does not speak TLS 1.3.
    PROTOCOL("it does not speak TLS 1.3"),
    /// The connection failed for another reason.
    OTHER("the handshake failed");

    private static final int CAUSES_MAX = 16;

    private final String description;

    Refusal(String description) {
        this.description = description;
    }

    /// The reason as a clause for messages.
    public String description() {
        return description;
    }

    /// The reason behind a failed handshake, as far as this side knows it.
    ///
    /// What [SwarmTrust] decided comes as itself. Two decisions are the TLS engine's own (no
    /// certificate, no TLS 1.3), and it tells them in words only.
    public static Refusal of(Throwable failure) {
        Throwable cause = failure;
        Refusal words = OTHER;
        for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
            if (cause instanceof PeerRefusedException refused) {
                return refused.refusal();
            }
            if (cause instanceof SSLException && words == OTHER) {
                words = ofWords(String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT));
            }
            cause = cause.getCause();
        }
        return words;
    }

    private static Refusal ofWords(String message) {
        if (message.contains("empty client certificate")
                || message.contains("peer did not return a certificate")) {
            return NO_CERTIFICATE;
        }
        return message.contains("protocol version")
                        || message.contains("tlsv1.2")
                        || message.contains("unsupported_protocol")
                ? PROTOCOL
                : OTHER;
    }
}
