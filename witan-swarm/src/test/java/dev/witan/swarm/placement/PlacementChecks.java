// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What every way of placing must keep, as checks that faulty variants can be put to as well.
final class PlacementChecks {
    /// A way of placing.
    interface Placing {
        Assignment place(Collection<ExpertDemand> demands, Collection<PeerCapacity> peers);
    }

    static final Placing REAL = (demands, peers) -> Placer.place(demands, peers).assignment();

    private PlacementChecks() {}

    static void orderOfInputsDoesNotMatter(Placing placing) {
        List<PeerCapacity> peers = new ArrayList<>(Peers.mixed(9));
        List<ExpertDemand> experts = new ArrayList<>(Peers.experts(2, 50, 2));
        Assignment expected = placing.place(experts, peers);
        for (int seed = 0; seed < 5; seed++) {
            Collections.shuffle(peers, new Random(seed));
            Collections.shuffle(experts, new Random(seed));
            assertThat(placing.place(experts, peers)).isEqualTo(expected);
        }
    }

    static void memoryIsKept(Placing placing) {
        for (long memory : new long[] {0, 1, 999, 1000, 1001, 7999, 12_345}) {
            List<PeerCapacity> peers = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                peers.add(Peers.peer(i, memory * (i % 3 + 1) / 2, i + 1));
            }
            List<ExpertDemand> experts = Peers.experts(1, 31, 2);
            Map<PeerId, Long> bytes = placing.place(experts, peers).bytes(experts);
            for (PeerCapacity peer : peers) {
                assertThat(bytes.getOrDefault(peer.peer(), 0L))
                        .as("bytes of a peer with %d", peer.memoryBytes())
                        .isLessThanOrEqualTo(peer.memoryBytes());
            }
        }
    }

    static void primariesFollowSpeeds(Placing placing, List<PeerCapacity> peers, int layers) {
        List<ExpertDemand> experts = Peers.experts(layers, 256, 2);
        Assignment assignment = placing.place(experts, peers);
        double speeds = peers.stream().mapToDouble(PeerCapacity::speed).sum();
        for (double speed : new double[] {1, 2, 4}) {
            List<PeerId> equals =
                    peers.stream().filter(p -> p.speed() == speed).map(PeerCapacity::peer).toList();
            long won =
                    assignment.replicas().values().stream()
                            .filter(holders -> equals.contains(holders.get(0)))
                            .count();
            double expected = experts.size() * speed * equals.size() / speeds;
            assertThat(won / expected).as("share of speed %s", speed).isBetween(0.8, 1.2);
        }
    }

    static void aJoinMovesOnlyWhatTheNewPeerWins(Placing placing, int peers) {
        List<ExpertDemand> experts = Peers.experts(4, 256, 2);
        List<PeerCapacity> before = Peers.mixed(peers);
        List<PeerCapacity> after = new ArrayList<>(before);
        PeerCapacity joined = Peers.peer(1000, Peers.PLENTY, 4);
        after.add(joined);
        Assignment old = placing.place(experts, before);
        Assignment now = placing.place(experts, after);
        int won = 0;
        for (ExpertId expert : old.replicas().keySet()) {
            var gained = new HashSet<>(now.holders(expert));
            gained.removeAll(old.holders(expert));
            assertThat(gained).isSubsetOf(joined.peer());
            won += gained.size();
        }
        double speeds = after.stream().mapToDouble(PeerCapacity::speed).sum();
        double expected = 2 * experts.size() * 4 / speeds;
        assertThat(won / expected).as("moved over its share").isBetween(0.6, 1.25);
    }

    static void hostsAreDistinctFirst(Placing placing) {
        List<PeerCapacity> peers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            peers.add(new PeerCapacity(Peers.id(i), "host-" + i / 3, Peers.PLENTY, 1));
        }
        Assignment two = placing.place(Peers.experts(1, 64, 2), peers);
        Assignment three = placing.place(Peers.experts(1, 64, 3), peers);
        for (ExpertId expert : two.replicas().keySet()) {
            assertThat(hosts(two.holders(expert), peers)).isEqualTo(2);
            assertThat(three.holders(expert)).doesNotHaveDuplicates().hasSize(3);
            assertThat(hosts(three.holders(expert), peers)).isEqualTo(2);
        }
    }

    private static long hosts(List<PeerId> holders, List<PeerCapacity> peers) {
        return peers.stream()
                .filter(p -> holders.contains(p.peer()))
                .map(PeerCapacity::host)
                .distinct()
                .count();
    }
}
