// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.io.IOException;

/// A key, token or certificate that cannot be used. The message is one line and says what to do.
public final class IdentityException extends IOException {
    /// What was wrong.
    public enum Reason {
        /// Bytes or text do not have the right form.
        MALFORMED,
        /// A stored file is damaged.
        CORRUPT,
        /// A secret file can be read by others.
        OPEN_PERMISSIONS,
        /// A file that must not be overwritten exists.
        EXISTS,
        /// A file that should exist does not.
        MISSING,
        /// The token or invite has run out.
        EXPIRED,
        /// Made for another swarm.
        WRONG_SWARM,
        /// Made by a version that this one does not know.
        UNKNOWN_VERSION,
        /// A signature or a fingerprint does not fit.
        FORGED,
        /// An issuing right is missing.
        NOT_ALLOWED
    }

    private final Reason reason;

    /// An error with its reason.
    public IdentityException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /// An error with its reason and cause.
    public IdentityException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /// What was wrong.
    public Reason reason() {
        return reason;
    }

    static IdentityException malformed(String message) {
        return new IdentityException(Reason.MALFORMED, message);
    }
}
