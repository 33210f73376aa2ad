// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/// Peers and experts for tests, with names as random as hashes are.
final class Peers {
    static final long EXPERT_BYTES = 1000;
    static final long PLENTY = 1L << 40;

    private Peers() {}

    static PeerId id(int number) {
        var random = new SplittableRandom(number * 0x9E37_79B9L + 17);
        var hex = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            hex.append(String.format("%016x", random.nextLong()));
        }
        return new PeerId(hex.toString());
    }

    static PeerCapacity peer(int number, long memory, double speed) {
        return new PeerCapacity(id(number), "host-" + number, memory, speed);
    }

    /// Speeds 1, 2, 4, 4 in turn, plenty of memory.
    static List<PeerCapacity> mixed(int count) {
        double[] speeds = {1, 2, 4, 4};
        var peers = new ArrayList<PeerCapacity>();
        for (int i = 0; i < count; i++) {
            peers.add(peer(i, PLENTY, speeds[i % 4]));
        }
        return peers;
    }

    static List<ExpertDemand> experts(int layers, int perLayer, int replicas) {
        var experts = new ArrayList<ExpertDemand>();
        for (int layer = 0; layer < layers; layer++) {
            for (int index = 0; index < perLayer; index++) {
                experts.add(
                        new ExpertDemand(new ExpertId("m", layer, index), EXPERT_BYTES, replicas));
            }
        }
        return experts;
    }

    /// Replicas, as (expert, holder), that `after` has and `before` has not.
    static int moved(Assignment before, Assignment after) {
        int moved = 0;
        for (ExpertId expert : after.replicas().keySet()) {
            var now = new TreeSet<>(after.holders(expert));
            now.removeAll(before.holders(expert));
            moved += now.size();
        }
        return moved;
    }
}
