// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import dev.witan.swarm.PeerId;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.TreeSet;

/// The name of a round: a hash of everything that its participants must agree on beforehand.
///
/// Who has another trunk, or another idea of who takes part, has another id, and its contributions
/// are ignored.
///
/// @param hex SHA-256 as 64 lower-case hexadecimal digits
public record RoundId(String hex) {
    /// Checks the digits.
    public RoundId {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "a round id has 64 digits of 0-9a-f, was '" + hex + "'");
        }
    }

    /// The id of a round.
    ///
    /// @param run name of the training run
    /// @param number of the round in the run, from 0
    /// @param participants in any order
    /// @param trunkHash hash of the trunk before the local steps
    public static RoundId of(
            String run, long number, Collection<PeerId> participants, String trunkHash) {
        MessageDigest digest = sha256();
        text(digest, run);
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
        var sorted = new TreeSet<>(participants);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(sorted.size()).flip());
        sorted.forEach(peer -> text(digest, peer.hex()));
        text(digest, trunkHash);
        return new RoundId(HexFormat.of().formatHex(digest.digest()));
    }

    /// The SHA-256 hash of values as little-endian float32.
    public static String hash(float[] values) {
        var bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
        return HexFormat.of().formatHex(sha256().digest(bytes.array()));
    }

    /// With its length first, so that no two lists of texts give the same bytes.
    private static void text(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
