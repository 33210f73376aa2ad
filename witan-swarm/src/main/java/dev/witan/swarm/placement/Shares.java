// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Weights of peers: their speed, or less where their memory does not hold their share.
final class Shares {
    private Shares() {}

    /// The bytes that each peer should hold so that all together hold `demand`: λ · speed, or its
    /// memory if that is less, with one λ for all.
    ///
    /// Peers below their memory keep the ratio of their speeds, so a join changes their order for
    /// no expert. If everything together is too small, each peer is full.
    static double[] of(List<PeerCapacity> peers, double demand, double oneOfEach) {
        double[] limit = new double[peers.size()];
        double[] speed = new double[peers.size()];
        for (int p = 0; p < limit.length; p++) {
            speed[p] = peers.get(p).speed();
            limit[p] = speed[p] > 0 ? Math.min((double) peers.get(p).memoryBytes(), oneOfEach) : 0;
        }
        int[] order =
                IntStream.range(0, limit.length)
                        .filter(p -> limit[p] > 0)
                        .boxed()
                        .sorted(Comparator.comparingDouble(p -> limit[p] / speed[p]))
                        .mapToInt(p -> p)
                        .toArray();
        double[] share = new double[limit.length];
        double left = demand;
        double speedLeft = Arrays.stream(order).mapToDouble(p -> speed[p]).sum();
        for (int p : order) {
            share[p] = Math.min(limit[p], left * (speed[p] / speedLeft));
            left -= share[p];
            speedLeft -= speed[p];
        }
        return share;
    }
}
