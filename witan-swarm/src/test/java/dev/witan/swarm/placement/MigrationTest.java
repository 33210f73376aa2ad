// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

class MigrationTest {
    private static final long SECOND = 1_000_000_000L;

    /// Every migration in steps of a tenth of a second with failing and late transfers.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void oldReplicasServeMemoryAndPaceAreKept(long seed) {
        var random = new SplittableRandom(seed);
        List<ExpertDemand> experts = Peers.experts(1, 60, 2);
        List<PeerCapacity> peers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            peers.add(Peers.peer(i, 30 * Peers.EXPERT_BYTES, 1 + i % 3));
        }
        Assignment before = Placer.place(experts, peers.subList(0, 5)).assignment();
        Assignment after = Placer.place(experts, peers).assignment();
        MovePlan plan = MovePlan.between(before, after, experts);
        assertThat(plan.moves()).isNotEmpty();
        var migration =
                new Migration(plan, before, experts, peers, new Migration.Pace(3000, -5 * SECOND));
        List<Move> inFlight = new ArrayList<>();
        List<Drop> dropping = new ArrayList<>();
        long started = 0;
        for (int tick = 0; !migration.done() && migration.blocked().isEmpty(); tick++) {
            assertThat(tick).isLessThan(5000);
            for (Move move : migration.start(-5 * SECOND + tick * (SECOND / 10))) {
                assertThat(started).isLessThanOrEqualTo(3000L * tick / 10);
                started += move.bytes();
                inFlight.add(move);
            }
            if (!inFlight.isEmpty() && random.nextInt(3) == 0) {
                Move move = inFlight.remove(random.nextInt(inFlight.size()));
                if (random.nextInt(5) == 0) {
                    migration.failed(move.expert(), move.target());
                } else {
                    dropping.addAll(migration.announced(move.expert(), move.target()));
                }
            }
            dropping.addAll(migration.surplus());
            if (!dropping.isEmpty() && random.nextInt(3) == 0) {
                migration.dropped(dropping.remove(0));
            }
            check(migration, experts, peers);
        }
        if (migration.blocked().isEmpty()) {
            for (ExpertDemand expert : experts) {
                assertThat(migration.serving(expert.expert()))
                        .containsExactlyInAnyOrderElementsOf(after.holders(expert.expert()));
            }
        }
    }

    private static void check(
            Migration migration, List<ExpertDemand> experts, List<PeerCapacity> peers) {
        for (ExpertDemand expert : experts) {
            assertThat(migration.serving(expert.expert())).hasSizeGreaterThanOrEqualTo(2);
        }
        for (PeerCapacity peer : peers) {
            assertThat(migration.usedBytes(peer.peer())).isLessThanOrEqualTo(peer.memoryBytes());
        }
    }

    @Test
    void anOldReplicaIsDroppedOnlyAfterTheAnnouncement() {
        var expert = new ExpertId("m", 0, 0);
        List<ExpertDemand> demands = List.of(new ExpertDemand(expert, 10, 1));
        Assignment before = holders(Map.of(expert, List.of(Peers.id(1))));
        Assignment after = holders(Map.of(expert, List.of(Peers.id(2))));
        Migration migration = migration(before, after, demands, 10);
        List<Move> moves = migration.start(0);
        assertThat(moves).hasSize(1);
        assertThat(migration.serving(expert)).containsExactly(Peers.id(1));
        assertThat(migration.announced(expert, Peers.id(3))).isEmpty();
        assertThat(migration.announced(expert, Peers.id(2)))
                .containsExactly(new Drop(expert, Peers.id(1)));
        assertThat(migration.serving(expert)).containsExactly(Peers.id(2));
        assertThat(migration.usedBytes(Peers.id(1))).isEqualTo(10);
        migration.dropped(new Drop(expert, Peers.id(1)));
        assertThat(migration.usedBytes(Peers.id(1))).isZero();
        assertThat(migration.done()).isTrue();
    }

    @Test
    void twoFullPeersThatShouldSwapAreToldAndGoOnServing() {
        var a = new ExpertId("m", 0, 0);
        var b = new ExpertId("m", 0, 1);
        List<ExpertDemand> demands =
                List.of(new ExpertDemand(a, 10, 1), new ExpertDemand(b, 10, 1));
        Assignment before = holders(Map.of(a, List.of(Peers.id(1)), b, List.of(Peers.id(2))));
        Assignment after = holders(Map.of(a, List.of(Peers.id(2)), b, List.of(Peers.id(1))));
        Migration migration = migration(before, after, demands, 10);
        assertThat(migration.start(SECOND)).isEmpty();
        assertThat(migration.blocked()).hasSize(2);
        assertThat(migration.serving(a)).containsExactly(Peers.id(1));
        Migration roomy = migration(before, after, demands, 20);
        assertThat(roomy.start(0)).hasSize(1);
        assertThat(roomy.blocked()).isEmpty();
    }

    @Test
    void fewerReplicasNeedNoMove() {
        var a = new ExpertId("m", 0, 0);
        List<ExpertDemand> demands = List.of(new ExpertDemand(a, 10, 1));
        Assignment before = holders(Map.of(a, List.of(Peers.id(1), Peers.id(2))));
        Migration migration =
                migration(before, holders(Map.of(a, List.of(Peers.id(1)))), demands, 10);
        assertThat(migration.done()).isFalse();
        assertThat(migration.surplus()).containsExactly(new Drop(a, Peers.id(2)));
        migration.dropped(new Drop(a, Peers.id(2)));
        assertThat(migration.done()).isTrue();
    }

    private static Migration migration(
            Assignment before, Assignment after, List<ExpertDemand> demands, long memory) {
        List<PeerCapacity> peers = List.of(Peers.peer(1, memory, 1), Peers.peer(2, memory, 1));
        MovePlan plan = MovePlan.between(before, after, demands);
        return new Migration(plan, before, demands, peers, new Migration.Pace(10, 0));
    }

    private static Assignment holders(Map<ExpertId, List<PeerId>> holders) {
        return new Assignment(new TreeMap<>(holders));
    }
}
