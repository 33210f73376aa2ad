// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// The function from what experts ask for and what peers can carry to who holds what.
///
/// First replicas of all experts are placed before second ones; each goes to the peer first in the
/// expert's weighted rendezvous order that has room, is not yet a holder and, while there is such a
/// one, runs on a host without a holder. Weights are speeds, lowered where memory is short
/// ([Shares]), so that peers rarely fill up and few experts are pushed to later choices. A replica
/// that finds room only on its own holders makes room by moving one other expert.
///
/// The result depends on the values of the inputs only, not on their order. Cost: E · P logarithms.
///
/// Speeds follow primaries exactly; with r > 1 the further replicas even out a little (peers of
/// speeds 1 : 2 : 4 : 4 and r = 2: the slowest holds 18 % more replicas than its share of the
/// speed), because no peer holds an expert twice.
public final class Placer {
    private final List<PeerCapacity> peers;
    private final List<ExpertDemand> experts;
    private final long[] room;
    private final long[] peerSeeds;
    private final double[] weights;

    /// The holders of each expert so far, by index of [#peers].
    private final List<List<Integer>> holders = new ArrayList<>();

    private Placer(Collection<ExpertDemand> demands, Collection<PeerCapacity> capacities) {
        peers = capacities.stream().sorted(Comparator.comparing(PeerCapacity::peer)).toList();
        experts = inHashOrder(demands);
        room = peers.stream().mapToLong(PeerCapacity::memoryBytes).toArray();
        peerSeeds = peers.stream().mapToLong(p -> Rendezvous.seed(p.peer())).toArray();
        long usable = peers.stream().filter(p -> p.speed() > 0).count();
        double once = demands.stream().mapToDouble(ExpertDemand::bytes).sum();
        double all =
                demands.stream().mapToDouble(d -> d.bytes() * Math.min(d.replicas(), usable)).sum();
        weights = Shares.of(peers, all, once);
        experts.forEach(_ -> holders.add(new ArrayList<>()));
    }

    /// Places experts on peers.
    ///
    /// **Errors.** An expert or a peer named twice is an [IllegalArgumentException].
    public static Placement place(
            Collection<ExpertDemand> demands, Collection<PeerCapacity> capacities) {
        checkDistinct(demands.stream().map(ExpertDemand::expert).toList());
        checkDistinct(capacities.stream().map(PeerCapacity::peer).toList());
        return new Placer(demands, capacities).place();
    }

    private static void checkDistinct(List<?> names) {
        Set<Object> seen = new HashSet<>();
        for (Object name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException(name + " is named twice");
            }
        }
    }

    /// Where memory is short, who comes first must not follow from the numbering of the experts.
    private static List<ExpertDemand> inHashOrder(Collection<ExpertDemand> demands) {
        record Keyed(long seed, ExpertDemand demand) {}
        return demands.stream()
                .map(d -> new Keyed(seed(d.expert()), d))
                .sorted(
                        Comparator.comparingLong(Keyed::seed)
                                .thenComparing(k -> k.demand().expert()))
                .map(Keyed::demand)
                .toList();
    }

    private static long seed(ExpertId expert) {
        return Rendezvous.seed(Rendezvous.Purpose.REPLICAS, expert);
    }

    private Placement place() {
        int rounds = experts.stream().mapToInt(ExpertDemand::replicas).max().orElse(0);
        int usable = (int) peers.stream().filter(p -> p.speed() > 0).count();
        long missingBytes = 0;
        int missingReplicas = 0;
        int[][] preference = experts.stream().map(this::preference).toArray(int[][]::new);
        for (int round = 0; round < rounds; round++) {
            for (int e = 0; e < experts.size(); e++) {
                ExpertDemand demand = experts.get(e);
                if (round < demand.replicas() && !placeOne(e, preference[e])) {
                    missingReplicas++;
                    missingBytes += round < usable ? demand.bytes() : 0;
                }
            }
        }
        Assignment assignment = assignment();
        return missingReplicas == 0
                ? new Placement.Complete(assignment)
                : new Placement.Lacking(
                        assignment, missingBytes, missingReplicas, Math.max(0, rounds - usable));
    }

    /// All peers that can hold anything, best first.
    private int[] preference(ExpertDemand demand) {
        record Ranked(int peer, double cost) {}
        long seed = seed(demand.expert());
        var ranked = new ArrayList<Ranked>();
        for (int p = 0; p < peers.size(); p++) {
            if (weights[p] > 0) {
                ranked.add(new Ranked(p, Rendezvous.cost(seed, peerSeeds[p], weights[p])));
            }
        }
        // Peers are sorted by name, so equal costs go to the lower name.
        ranked.sort(Comparator.comparingDouble(Ranked::cost).thenComparingInt(Ranked::peer));
        return ranked.stream().mapToInt(Ranked::peer).toArray();
    }

    private boolean placeOne(int expert, int[] preference) {
        List<Integer> held = holders.get(expert);
        long bytes = experts.get(expert).bytes();
        int second = -1;
        for (int p : preference) {
            if (held.contains(p) || room[p] < bytes) {
                continue;
            }
            if (held.stream().noneMatch(h -> sameHost(h, p))) {
                hold(expert, p);
                return true;
            }
            second = second < 0 ? p : second;
        }
        if (second >= 0) {
            hold(expert, second);
            return true;
        }
        return makeRoom(expert, preference);
    }

    /// Moves one other expert to a peer that has room, from a peer that can then take this one.
    private boolean makeRoom(int expert, int[] preference) {
        long bytes = experts.get(expert).bytes();
        for (int spare : holders.get(expert)) {
            for (int other = 0; room[spare] > 0 && other < experts.size(); other++) {
                long moved = experts.get(other).bytes();
                if (other == expert || moved > room[spare] || holders.get(other).contains(spare)) {
                    continue;
                }
                for (int p : preference) {
                    if (holders.get(other).contains(p)
                            && !holders.get(expert).contains(p)
                            && room[p] + moved >= bytes) {
                        holders.get(other).replaceAll(h -> h == p ? spare : h);
                        room[p] += moved;
                        room[spare] -= moved;
                        hold(expert, p);
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean sameHost(int a, int b) {
        return peers.get(a).host().equals(peers.get(b).host());
    }

    private void hold(int expert, int peer) {
        holders.get(expert).add(peer);
        room[peer] -= experts.get(expert).bytes();
    }

    private Assignment assignment() {
        var replicas = new TreeMap<ExpertId, List<PeerId>>();
        for (int e = 0; e < experts.size(); e++) {
            List<PeerId> names = holders.get(e).stream().map(p -> peers.get(p).peer()).toList();
            replicas.put(experts.get(e).expert(), names);
        }
        return new Assignment(replicas);
    }
}
