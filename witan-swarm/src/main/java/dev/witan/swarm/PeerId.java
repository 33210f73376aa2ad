// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm;

/// The name of a peer: the SHA-256 hash of its public key, as 64 lower-case hexadecimal digits.
///
/// @param hex the digits
public record PeerId(String hex) implements Comparable<PeerId> {
    private static final int DIGITS = 64;

    /// Checks the digits.
    public PeerId {
        if (hex.length() != DIGITS || !hex.chars().allMatch(PeerId::isDigit)) {
            throw new IllegalArgumentException(
                    "a peer id has " + DIGITS + " digits of 0-9a-f, was '" + hex + "'");
        }
    }

    private static boolean isDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    /// The first eight digits, for people.
    public String shortName() {
        return hex.substring(0, 8);
    }

    @Override
    public int compareTo(PeerId other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
