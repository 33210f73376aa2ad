// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.security.SecureRandom;
import java.util.HexFormat;

/// The name of a swarm: 128 random bits, as 32 lower-case hexadecimal digits.
///
/// @param hex the digits
public record SwarmId(String hex) {
    /// Length of the binary form.
    public static final int BYTES = 16;

    /// Checks the digits.
    public SwarmId {
        if (!hex.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException(
                    "a swarm id has 32 digits of 0-9a-f, was '" + hex + "'");
        }
    }

    /// A fresh name.
    public static SwarmId random(SecureRandom random) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return of(bytes);
    }

    /// A name from its 16 bytes.
    public static SwarmId of(byte[] bytes) {
        return new SwarmId(HexFormat.of().formatHex(bytes));
    }

    /// The 16 bytes.
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /// The first eight digits, for people.
    public String shortName() {
        return hex.substring(0, 8);
    }

    @Override
    public String toString() {
        return hex;
    }
}
