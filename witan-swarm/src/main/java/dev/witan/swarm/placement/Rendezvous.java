// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Rendezvous hashing: each expert orders all peers by a hash of both names, and the first win.
///
/// A peer that joins or leaves changes the order of no two others, so only experts that it wins or
/// won move. With weights the cost of a peer is −ln(u) / weight, u the hash as a number in (0, 1):
/// each cost is exponentially distributed, so a peer is first for a share of the experts that is
/// its share of the weights, and another weight moves experts only to or from that peer.
///
/// **Numerics.** `StrictMath`, so that all peers compute the same bits.
///
/// **Source.** Thaler and Ravishankar 1998; weights: Schindelhauer and Schomaker 2005.
public final class Rendezvous {
    /// Sets experts and voters apart, so that a peer is not voter for what it holds more often than
    /// chance has it.
    public enum Purpose {
        /// Which peers hold an expert.
        REPLICAS(0),
        /// Which peers vote about the lease of an expert.
        VOTERS(1);

        private final int salt;

        Purpose(int salt) {
            this.salt = salt;
        }
    }

    private record Ranked(PeerId peer, double cost) {
        static final Comparator<Ranked> ORDER =
                Comparator.comparingDouble(Ranked::cost).thenComparing(Ranked::peer);
    }

    private Rendezvous() {}

    /// The first `count` peers of an expert among peers of equal weight; all of them if they are
    /// fewer.
    ///
    /// The order of `peers` does not matter; a peer named twice counts once.
    public static List<PeerId> winners(
            Purpose purpose, ExpertId expert, Collection<PeerId> peers, int count) {
        long expertSeed = seed(purpose, expert);
        return peers.stream()
                .distinct()
                .map(peer -> new Ranked(peer, cost(expertSeed, seed(peer), 1)))
                .sorted(Ranked.ORDER)
                .limit(count)
                .map(Ranked::peer)
                .toList();
    }

    /// The cost of a peer for an expert; the lowest wins. Without weight it never wins.
    static double cost(long expertSeed, long peerSeed, double weight) {
        if (weight <= 0) {
            return Double.POSITIVE_INFINITY;
        }
        long hash = mix(mix(expertSeed) ^ peerSeed);
        double u = ((hash >>> 11) + 0.5) * 0x1p-53;
        return -StrictMath.log(u) / weight;
    }

    /// 64 bits of the SHA-256 hash of an expert's name.
    static long seed(Purpose purpose, ExpertId expert) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(expert.model().getBytes(StandardCharsets.UTF_8));
            digest.update(
                    ByteBuffer.allocate(9)
                            .put((byte) purpose.salt)
                            .putInt(expert.layer())
                            .putInt(expert.index())
                            .flip());
            return ByteBuffer.wrap(digest.digest()).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// A peer's name is a hash already.
    static long seed(PeerId peer) {
        return Long.parseUnsignedLong(peer.hex(), 0, 16, 16);
    }

    /// The finaliser of SplitMix64: every input bit reaches every output bit.
    private static long mix(long x) {
        long z = x + 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}
