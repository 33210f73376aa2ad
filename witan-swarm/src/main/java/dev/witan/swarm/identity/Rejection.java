// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

/// Why a peer is not admitted.
public enum Rejection {
    /// The request is for another swarm.
    WRONG_SWARM("this peer belongs to another swarm than the token"),
    /// The clocks are too far apart.
    CLOCK("the clocks of the two machines are more than 5 minutes apart; set them"),
    /// The request is not signed by the peer.
    BAD_SIGNATURE("the request is not signed by the peer that it names"),
    /// This issuer has made no such invite.
    UNKNOWN_INVITE("no such invite here; ask the peer that made the token"),
    /// The secret is another one.
    BAD_SECRET("the token's secret is wrong"),
    /// The invite has run out.
    EXPIRED("the token has expired; ask for a new one"),
    /// The invite was revoked.
    REVOKED_INVITE("the token was revoked; ask for a new one"),
    /// The invite was used as often as it may be.
    USED_UP("the token has been used already; ask for a new one"),
    /// The invite, or the present certificate, is for another role.
    WRONG_ROLE("the token is for another role"),
    /// The peer was revoked.
    REVOKED_PEER("this peer was revoked; it cannot join again with the same key"),
    /// The certificate shown for a renewal is not accepted.
    BAD_CERTIFICATE("the certificate shown cannot be renewed; join with a new token");

    private final String description;

    Rejection(String description) {
        this.description = description;
    }

    /// One line that says what is wrong and what to do.
    public String description() {
        return description;
    }

    static Rejection of(String name) throws IdentityException {
        for (Rejection rejection : values()) {
            if (rejection.name().equals(name)) {
                return rejection;
            }
        }
        throw IdentityException.malformed("refused for a reason that this version lacks");
    }
}
