// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.util.Locale;

/// What a peer was admitted for. A certificate says it; it is no claim of the peer.
public enum PeerRole {
    /// Holds experts; may train and take requests as well.
    HOST,
    /// Trains and takes requests, holds no experts of others.
    TRAINER,
    /// Takes requests only.
    ENTRY;

    /// The name in tokens, certificates and options.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static PeerRole of(int code) throws IdentityException {
        return switch (code) {
            case 0 -> HOST;
            case 1 -> TRAINER;
            case 2 -> ENTRY;
            default -> throw IdentityException.malformed("unknown role " + code);
        };
    }

    static PeerRole ofLabel(String label) throws IdentityException {
        for (PeerRole role : values()) {
            if (role.label().equals(label)) {
                return role;
            }
        }
        throw IdentityException.malformed("unknown role in a certificate");
    }

    int code() {
        return switch (this) {
            case HOST -> 0;
            case TRAINER -> 1;
            case ENTRY -> 2;
        };
    }
}
