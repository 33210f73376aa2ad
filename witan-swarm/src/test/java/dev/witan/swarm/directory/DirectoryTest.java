// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import static dev.witan.swarm.directory.TestDirectories.HERE;
import static dev.witan.swarm.directory.TestDirectories.PROOF;
import static dev.witan.swarm.directory.TestDirectories.SMALL;
import static dev.witan.swarm.directory.TestDirectories.SWARM;
import static dev.witan.swarm.directory.TestDirectories.directory;
import static dev.witan.swarm.directory.TestDirectories.experts;
import static dev.witan.swarm.directory.TestDirectories.peer;
import static dev.witan.swarm.directory.TestDirectories.publication;
import static dev.witan.swarm.directory.TestDirectories.record;
import static dev.witan.swarm.directory.TestDirectories.shards;
import static dev.witan.swarm.directory.TestDirectories.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.identity.IdentityException;
import dev.witan.swarm.identity.PeerKey;
import dev.witan.swarm.identity.SwarmId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

final class DirectoryTest {
    @TempDir Path folder;
    private final Directory here = directory();
    private final Directory there = directory();
    private final PeerKey peer = peer();

    private static ExpertId expert(int index) {
        return new ExpertId("m", 0, index);
    }

    @Test
    void publishedExpertsAreFoundElsewhere() throws IOException {
        here.publish(peer, experts(7, 5));
        sync(here, there);
        assertThat(there.experts()).isEqualTo(7);
        assertThat(there.replicas(expert(6)))
                .containsExactly(new Replica(peer.peer(), HERE, record(0, 6, 5)));
        assertThat(there.replicas(expert(7))).isEmpty();
        assertThat(shards(there)).isEqualTo(shards(here));
    }

    @Test
    void primariesComeFirst() throws IOException {
        PeerKey second = peer();
        PeerKey third = peer();
        here.publish(peer, publication(List.of(record(0, 0, 1, ReplicaRole.BACKUP))));
        here.publish(second, publication(List.of(record(0, 0, 1, ReplicaRole.PRIMARY))));
        here.publish(third, publication(List.of(record(0, 0, 2, ReplicaRole.BACKUP))));
        List<Replica> replicas = here.replicas(expert(0));
        assertThat(replicas).hasSize(3);
        assertThat(replicas.getFirst().peer()).isEqualTo(second.peer());
    }

    @Test
    void laterPublicationReplacesTheEarlier() throws IOException {
        here.publish(peer, experts(7, 1));
        sync(here, there);
        here.publish(peer, experts(7, 2));
        sync(here, there);
        assertThat(there.replicas(expert(0)).getFirst().record().version()).isEqualTo(2);
        assertThat(there.replicas(expert(0))).hasSize(1);
    }

    @Test
    void samePublicationChangesNothing() throws IOException {
        here.publish(peer, experts(7, 1));
        List<DirectoryShard> before = shards(here);
        assertThat(here.publish(peer, experts(7, 1))).isEmpty();
        assertThat(shards(here)).isEqualTo(before);
    }

    @Test
    void expertsTakenBackAreGone() throws IOException {
        here.publish(peer, experts(12, 1));
        sync(here, there);
        here.publish(peer, experts(2, 1));
        sync(here, there);
        assertThat(there.experts()).isEqualTo(2);
        here.leave(peer, PROOF);
        sync(here, there);
        assertThat(there.experts()).isZero();
        here.publish(peer, experts(1, 9));
        sync(here, there);
        assertThat(there.replicas(expert(0))).hasSize(1);
    }

    @Test
    void replayedPieceDoesNotBringAnExpertBack() throws IOException {
        here.publish(peer, experts(3, 1));
        List<byte[]> old = shards(here).stream().map(DirectoryShard::encode).toList();
        sync(here, there);
        here.leave(peer, PROOF);
        sync(here, there);
        for (byte[] bytes : old) {
            there.receive(bytes);
        }
        assertThat(there.experts()).isZero();
        assertThat(there.dropped(Drop.REPLAYED)).isEqualTo(1);
    }

    @Test
    void forgedPieceIsDropped() throws IOException {
        here.publish(peer, experts(3, 1));
        byte[] bytes = here.shard(new Slot(peer.peer(), 0).shard(SMALL)).encode();
        // A bit of the last hash, which is before the signature.
        bytes[bytes.length - 65] ^= 1;
        there.receive(bytes);
        assertThat(there.experts()).isZero();
        assertThat(there.dropped(Drop.FORGED)).isEqualTo(1);
    }

    @Test
    void unsignedTombstoneIsDropped() throws IOException {
        here.publish(peer, experts(1, 1));
        sync(here, there);
        here.leave(peer, PROOF);
        byte[] bytes = here.shard(new Slot(peer.peer(), 0).shard(SMALL)).encode();
        bytes[bytes.length - 1] ^= 1;
        there.receive(bytes);
        assertThat(there.experts()).isEqualTo(1);
        assertThat(there.dropped(Drop.FORGED)).isEqualTo(1);
    }

    @Test
    void strangersPieceIsDropped() throws IOException {
        Directory lax = new Directory(SWARM, SMALL, (_, _) -> true, _ -> false);
        lax.publish(peer, new Publication(HERE, List.of(record(0, 0, 1)), new byte[1]));
        sync(lax, there);
        assertThat(there.experts()).isZero();
        assertThat(there.dropped(Drop.FOREIGN)).isEqualTo(1);
    }

    @Test
    void anotherSwarmsPieceIsDropped() throws IOException {
        var other =
                new Directory(
                        SwarmId.random(TestDirectories.SECURE), SMALL, (_, _) -> true, _ -> false);
        other.publish(peer, experts(1, 1));
        sync(other, there);
        assertThat(there.dropped(Drop.FOREIGN)).isEqualTo(1);
    }

    @Test
    void pieceInAnotherShardIsDropped() throws IOException {
        here.publish(peer, experts(1, 1));
        int key = new Slot(peer.peer(), 0).shard(SMALL);
        var moved =
                DirectoryShard.of(
                        (key + 1) % SMALL.shards(), List.copyOf(here.shard(key).pieces().values()));
        there.receive(moved.encode());
        assertThat(there.experts()).isZero();
        assertThat(there.dropped(Drop.MISPLACED)).isEqualTo(1);
    }

    @Test
    void quotaHolds() throws IOException {
        assertThat(here.publish(peer, experts(12, 1))).hasSize(4);
        assertThatThrownBy(() -> here.publish(peer, experts(13, 1)))
                .isInstanceOf(DirectoryFullException.class)
                .hasMessageContaining("at most 12 experts, this one holds 13");
        // A peer with other limits of its own cannot have more slots or larger pieces here.
        var lax =
                new Directory(
                        SWARM, new DirectoryLimits(4, 65_536, 3, 100), (_, _) -> true, _ -> false);
        lax.publish(peer, experts(100, 1));
        sync(lax, there);
        assertThat(there.experts()).isEqualTo(12);
        assertThat(there.dropped(Drop.MALFORMED)).isEqualTo(30);
    }

    @Test
    void fullShardTakesNothing() throws IOException {
        var tight =
                new Directory(
                        SWARM, new DirectoryLimits(1, 600, 3, 12), (_, _) -> true, _ -> false);
        tight.publish(peer, experts(6, 1));
        assertThatThrownBy(() -> tight.publish(peer(), experts(6, 1)))
                .isInstanceOf(DirectoryFullException.class)
                .hasMessageContaining("the limit is 600");
        assertThat(tight.replicas(expert(0))).hasSize(1);
        tight.publish(peer, experts(1, 1));
    }

    @Test
    void revokedPeersExpertsAreNotUsed() throws IOException {
        Set<PeerId> revoked = new HashSet<>();
        var directory = new Directory(SWARM, SMALL, (_, _) -> true, revoked::contains);
        PeerKey other = peer();
        directory.publish(peer, experts(1, 1));
        directory.publish(other, experts(1, 1));
        revoked.add(peer.peer());
        assertThat(directory.replicas(expert(0)))
                .extracting(Replica::peer)
                .containsExactly(other.peer());
    }

    @Test
    void peerThatLostItsDiskFindsItsNumber() throws IOException {
        here.publish(peer, experts(3, 1));
        here.publish(peer, experts(3, 2));
        sync(here, there);
        Directory fresh = directory();
        fresh.publish(peer, experts(3, 3));
        sync(fresh, there);
        assertThat(there.replicas(expert(0)).getFirst().record().version()).isEqualTo(2);
        sync(there, fresh);
        fresh.publish(peer, experts(3, 3));
        sync(fresh, there);
        assertThat(there.replicas(expert(0)).getFirst().record().version()).isEqualTo(3);
    }

    @Test
    void movedExpertCountsOnce() throws IOException {
        here.publish(peer, experts(4, 1));
        // Expert 3 moves from the second piece into the first; a reader may see one of both first.
        List<DirectoryShard> changed =
                here.publish(
                        peer,
                        publication(List.of(record(0, 0, 2), record(0, 1, 2), record(0, 3, 2))));
        assertThat(here.replicas(expert(3))).hasSize(1);
        Directory half = directory();
        half.merge(changed.getFirst());
        assertThat(half.replicas(expert(3))).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void directoryIsTheSameAfterReading() throws IOException {
        Path file = folder.resolve("directory");
        assertThat(there.load(file)).isFalse();
        here.publish(peer, experts(12, 1));
        here.publish(peer(), experts(5, 1));
        here.save(file);
        assertThat(there.load(file)).isTrue();
        assertThat(shards(there)).isEqualTo(shards(here));
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 100));
        assertThatThrownBy(() -> directory().load(file))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("not a valid directory of experts");
    }

    @Test
    void mutatedBytesChangeNothing() throws IOException {
        here.publish(peer, experts(3, 1));
        here.publish(peer(), experts(3, 1));
        byte[] good = here.shard(new Slot(peer.peer(), 0).shard(SMALL)).encode();
        var random = TestDirectories.seeded(11);
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            Directory fresh = directory();
            try {
                fresh.receive(bad);
            } catch (IdentityException e) {
                assertThat(fresh.dropped(Drop.MALFORMED)).isEqualTo(1);
            }
            for (DirectoryShard shard : shards(fresh)) {
                assertThat(here.shard(shard.index()).pieces().values())
                        .containsAll(shard.pieces().values());
            }
        }
    }

    @Test
    void programmingErrorsAreNamed() {
        assertThatThrownBy(() -> publication(List.of(record(0, 1, 1), record(0, 1, 2))))
                .hasMessage("an expert is there twice: m/0/1");
        assertThatThrownBy(() -> new DirectoryLimits(0, 1, 1, 1))
                .hasMessage("shards must be in [1, 65536], was 0");
        assertThatThrownBy(() -> DirectoryShard.empty(0).merge(DirectoryShard.empty(1)))
                .hasMessage("shard must be 0, was 1");
    }
}
