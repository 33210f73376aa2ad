// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/// The secret of an invite: 128 random bits that only the inviter and the invited know. It is never
/// sent; who knows it computes a code over the request. Its text form is only in the token.
public final class InviteSecret {
    /// Length in bytes.
    public static final int BYTES = 16;

    private static final byte[] NAME = "witan invite 1".getBytes(StandardCharsets.US_ASCII);

    private final byte[] secret;

    private InviteSecret(byte[] secret) {
        this.secret = secret;
    }

    static InviteSecret random(SecureRandom random) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new InviteSecret(bytes);
    }

    static InviteSecret of(byte[] bytes) {
        return new InviteSecret(bytes.clone());
    }

    byte[] bytes() {
        return secret.clone();
    }

    /// The public name of the invite, from which the secret cannot be found: 32 hexadecimal digits.
    public String inviteId() {
        return HexFormat.of().formatHex(Arrays.copyOf(Digests.hmac(secret, NAME), BYTES));
    }

    /// The code that shows knowledge of the secret.
    byte[] code(byte[] content) {
        return Digests.hmac(secret, content);
    }

    /// Whether a code is right; takes equally long for every wrong code.
    boolean fits(byte[] content, byte[] code) {
        return MessageDigest.isEqual(code(content), code);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InviteSecret that && MessageDigest.isEqual(secret, that.secret);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(secret);
    }

    @Override
    public String toString() {
        return "InviteSecret[hidden]";
    }
}
