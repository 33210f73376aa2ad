// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import dev.witan.swarm.ExpertId;

import java.util.Comparator;

/// One expert that a peer holds.
///
/// @param expert the expert
/// @param role what the peer does for it
/// @param epoch of the lease, as the peer knows it
/// @param version last published version
/// @param hash SHA-256 of the published version, 64 hexadecimal digits
public record ExpertRecord(ExpertId expert, ReplicaRole role, long epoch, long version, String hash)
        implements Comparable<ExpertRecord> {
    private static final Comparator<ExpertRecord> ORDER =
            Comparator.comparing(ExpertRecord::expert);

    /// Checks the numbers.
    public ExpertRecord {
        if (epoch < 0 || version < 0) {
            throw new IllegalArgumentException(
                    "epoch and version must be >= 0, were " + epoch + " and " + version);
        }
        if (!hash.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("hash must have 64 digits of 0-9a-f, was " + hash);
        }
    }

    /// By expert.
    @Override
    public int compareTo(ExpertRecord other) {
        return ORDER.compare(this, other);
    }
}
