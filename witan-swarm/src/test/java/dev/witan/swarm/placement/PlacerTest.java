// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class PlacerTest {
    @Test
    void orderOfInputsDoesNotMatter() {
        PlacementChecks.orderOfInputsDoesNotMatter(PlacementChecks.REAL);
    }

    @Test
    void memoryIsKept() {
        PlacementChecks.memoryIsKept(PlacementChecks.REAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 16, 64, 256})
    void primariesFollowSpeeds(int peers) {
        PlacementChecks.primariesFollowSpeeds(PlacementChecks.REAL, Peers.mixed(peers), 8);
    }

    @Test
    void sharesFollowSpeedsWithUnequalMemory() {
        long each = Peers.EXPERT_BYTES * 16 * 256 * 2;
        List<PeerCapacity> peers = new ArrayList<>();
        double[] speeds = {1, 2, 4, 4};
        double[] memory = {0.9, 0.3, 0.5, 0.45};
        for (int i = 0; i < 4; i++) {
            peers.add(Peers.peer(i, (long) (each * memory[i]), speeds[i]));
        }
        PlacementChecks.primariesFollowSpeeds(PlacementChecks.REAL, peers, 16);
        List<ExpertDemand> experts = Peers.experts(16, 256, 2);
        Map<PeerId, Long> bytes = Placer.place(experts, peers).assignment().bytes(experts);
        for (PeerCapacity peer : peers) {
            double share = bytes.getOrDefault(peer.peer(), 0L) / (each * peer.speed() / 11);
            System.out.printf("replicas over share of speed %s: %.3f%n", peer.speed(), share);
            assertThat(share).isBetween(0.8, 1.2);
        }
    }

    @Test
    void whatOnePeerCannotHoldGoesToTheOthers() {
        List<ExpertDemand> experts = Peers.experts(1, 500, 1);
        List<PeerCapacity> peers =
                List.of(
                        Peers.peer(0, 50 * Peers.EXPERT_BYTES, 100),
                        Peers.peer(1, Peers.PLENTY, 1),
                        Peers.peer(2, Peers.PLENTY, 1));
        Placement placement = Placer.place(experts, peers);
        assertThat(placement).isInstanceOf(Placement.Complete.class);
        Map<PeerId, Long> bytes = placement.assignment().bytes(experts);
        assertThat(bytes.get(Peers.id(0))).isBetween(35_000L, 50_000L);
        assertThat(bytes.get(Peers.id(1))).isBetween(190_000L, 270_000L);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 16, 64, 256})
    void aJoinMovesOnlyWhatTheNewPeerWins(int peers) {
        PlacementChecks.aJoinMovesOnlyWhatTheNewPeerWins(PlacementChecks.REAL, peers);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 16, 64, 256})
    void aLeaveMovesOnlyWhatThePeerHeld(int peers) {
        List<ExpertDemand> experts = Peers.experts(4, 256, 2);
        List<PeerCapacity> before = Peers.mixed(peers);
        List<PeerCapacity> after = before.subList(1, peers);
        PeerId gone = before.get(0).peer();
        Assignment old = Placer.place(experts, before).assignment();
        Assignment now = Placer.place(experts, after).assignment();
        for (ExpertId expert : old.replicas().keySet()) {
            List<PeerId> kept = old.holders(expert).stream().filter(p -> !p.equals(gone)).toList();
            assertThat(now.holders(expert)).containsAll(kept);
        }
    }

    @Test
    void aJoinWithShortMemoryMovesLittleMoreThanTheShareOfTheNewPeer() {
        List<ExpertDemand> experts = Peers.experts(4, 256, 2);
        List<PeerCapacity> before = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            before.add(Peers.peer(i, (i % 2 == 0 ? 100 : 400) * Peers.EXPERT_BYTES, 1 + i % 3));
        }
        List<PeerCapacity> after = new ArrayList<>(before);
        after.add(Peers.peer(99, 400 * Peers.EXPERT_BYTES, 2));
        Assignment old = Placer.place(experts, before).assignment();
        Assignment now = Placer.place(experts, after).assignment();
        long won = now.replicas().values().stream().filter(h -> h.contains(Peers.id(99))).count();
        int moved = Peers.moved(old, now);
        System.out.printf("short memory: %d moved, %d of them to the new peer%n", moved, won);
        assertThat(moved).isLessThan((int) (2.2 * won));
    }

    @Test
    void aSlowedPeerLosesAndNobodyElse() {
        List<ExpertDemand> experts = Peers.experts(8, 256, 1);
        List<PeerCapacity> before = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            before.add(Peers.peer(i, Peers.PLENTY, 4));
        }
        List<PeerCapacity> after = new ArrayList<>(before);
        after.set(3, Peers.peer(3, Peers.PLENTY, 1));
        Assignment old = Placer.place(experts, before).assignment();
        Assignment now = Placer.place(experts, after).assignment();
        long had = primaries(old, Peers.id(3));
        long has = primaries(now, Peers.id(3));
        assertThat(has / (2048.0 / 29)).isBetween(0.8, 1.2);
        assertThat(Peers.moved(old, now)).isEqualTo((int) (had - has));
    }

    @Test
    void hostsAreDistinctFirst() {
        PlacementChecks.hostsAreDistinctFirst(PlacementChecks.REAL);
    }

    @Test
    void whatDoesNotFitIsToldAndFirstReplicasGoFirst() {
        List<ExpertDemand> experts = Peers.experts(1, 10, 2);
        List<PeerCapacity> peers =
                List.of(Peers.peer(0, 7_500, 1), Peers.peer(1, 7_000, 1), Peers.peer(2, 0, 1));
        Placement placement = Placer.place(experts, peers);
        assertThat(placement).isInstanceOf(Placement.Lacking.class);
        var lacking = (Placement.Lacking) placement;
        assertThat(lacking.missingReplicas()).isEqualTo(6);
        assertThat(lacking.missingBytes()).isEqualTo(6_000);
        assertThat(lacking.missingPeers()).isZero();
        assertThat(lacking.message())
                .isEqualTo("6 replicas did not fit; missing: 6000 bytes of memory and 0 peers");
        assertThat(lacking.assignment().replicas().values()).noneMatch(List::isEmpty);
    }

    @Test
    void tooFewPeersAreTold() {
        var lacking =
                (Placement.Lacking)
                        Placer.place(Peers.experts(1, 5, 3), Peers.mixed(4).subList(0, 2));
        assertThat(lacking.missingPeers()).isEqualTo(1);
        assertThat(lacking.missingBytes()).isZero();
        assertThat(lacking.assignment().replicas().values()).allMatch(h -> h.size() == 2);
        assertThat(Placer.place(List.of(), List.of())).isInstanceOf(Placement.Complete.class);
        assertThat(Placer.place(Peers.experts(1, 1, 1), List.of()).assignment().bytes(List.of()))
                .isEmpty();
    }

    /// Exactly full: every byte of every peer is needed, so late experts must push early ones
    /// aside.
    @Test
    void aTightFitIsFound() {
        for (int seed = 0; seed < 40; seed++) {
            List<PeerCapacity> peers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                peers.add(Peers.peer(100 * seed + i, 8 * Peers.EXPERT_BYTES, 1 + i % 3));
            }
            assertThat(Placer.place(Peers.experts(1, 20, 2), peers))
                    .as("seed %d", seed)
                    .isInstanceOf(Placement.Complete.class);
        }
    }

    @Test
    void namesTwiceAreRefused() {
        List<PeerCapacity> twice = List.of(Peers.peer(1, 1, 1), Peers.peer(1, 2, 1));
        assertThatThrownBy(() -> Placer.place(List.of(), twice))
                .hasMessageEndingWith("is named twice");
        assertThatThrownBy(() -> Peers.peer(1, 1, Double.NaN))
                .hasMessage("speed must be finite and >= 0, was NaN");
    }

    /// The value is fixed: another one would move all experts of a running swarm of mixed versions.
    @Test
    void hashesNeverChange() {
        var expert = new ExpertId("model", 3, 5);
        List<PeerId> peers = Peers.mixed(7).stream().map(PeerCapacity::peer).toList();
        List<Integer> replicas =
                Rendezvous.winners(Rendezvous.Purpose.REPLICAS, expert, peers, 9).stream()
                        .map(peers::indexOf)
                        .toList();
        List<Integer> voters =
                Rendezvous.winners(Rendezvous.Purpose.VOTERS, expert, peers, 3).stream()
                        .map(peers::indexOf)
                        .toList();
        assertThat(replicas).containsExactly(4, 6, 1, 5, 3, 2, 0);
        assertThat(voters).containsExactly(2, 1, 6);
    }

    private static long primaries(Assignment assignment, PeerId peer) {
        return assignment.replicas().values().stream().filter(h -> h.get(0).equals(peer)).count();
    }
}
