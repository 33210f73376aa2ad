// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import static dev.witan.swarm.directory.TestDirectories.SMALL;
import static dev.witan.swarm.directory.TestDirectories.directory;
import static dev.witan.swarm.directory.TestDirectories.peer;
import static dev.witan.swarm.directory.TestDirectories.random;
import static dev.witan.swarm.directory.TestDirectories.seeded;
import static dev.witan.swarm.directory.TestDirectories.shards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.identity.PeerKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// The laws of a state-based CRDT, on states that peers reached in different ways.
final class DirectoryLawsTest {
    /// Everything that was ever published, and the directory of a peer that saw all of it in order.
    record History(Directory all, List<DirectoryShard> states) {}

    static History history(long seed) throws IOException {
        var random = seeded(seed);
        List<PeerKey> peers = List.of(peer(), peer(), peer());
        Directory all = directory();
        var states = new ArrayList<DirectoryShard>();
        for (int i = 0; i < 12; i++) {
            PeerKey peer = peers.get(random.nextInt(peers.size()));
            // Now and then a peer forgets its number and publishes under one that it had used.
            Directory from = random.nextInt(5) == 0 ? directory() : all;
            List<DirectoryShard> changed =
                    random.nextInt(6) == 0
                            ? from.leave(peer, TestDirectories.PROOF)
                            : from.publish(peer, random(random));
            changed.forEach(all::merge);
            states.addAll(changed);
        }
        return new History(all, states);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void mergeIsCommutativeAssociativeAndIdempotent(long seed) throws IOException {
        List<DirectoryShard> states = history(seed).states();
        var random = seeded(seed + 100);
        for (int i = 0; i < 100; i++) {
            DirectoryShard a = states.get(random.nextInt(states.size()));
            List<DirectoryShard> same =
                    states.stream().filter(s -> s.index() == a.index()).toList();
            DirectoryShard b = same.get(random.nextInt(same.size()));
            DirectoryShard c = same.get(random.nextInt(same.size()));
            assertThat(a.merge(b)).as("seed %d", seed).isEqualTo(b.merge(a));
            assertThat(a.merge(b).merge(c)).as("seed %d", seed).isEqualTo(a.merge(b.merge(c)));
            assertThat(a.merge(a)).as("seed %d", seed).isEqualTo(a);
            assertThat(a.merge(b).merge(b).encode()).isEqualTo(b.merge(a).encode());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyOrderAndRepetitionEndsEqual(long seed) throws IOException {
        History history = history(seed);
        for (int order = 0; order < 3; order++) {
            var arrived = new ArrayList<>(history.states());
            arrived.addAll(history.states().subList(0, history.states().size() / 2));
            Collections.shuffle(arrived, new Random(seed * 31 + order));
            Directory other = directory();
            for (DirectoryShard state : arrived) {
                other.receive(state.encode());
            }
            assertThat(shards(other)).as("seed %d", seed).isEqualTo(shards(history.all()));
            assertSameReplicas(history.all(), other);
            assertThat(other.dropped(Drop.FORGED) + other.dropped(Drop.FOREIGN)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void indexIsWhatThePiecesSay(long seed) throws IOException {
        Directory all = history(seed).all();
        Directory rebuilt = directory();
        shards(all).forEach(rebuilt::merge);
        assertSameReplicas(all, rebuilt);
    }

    @Test
    void lyingPeerCannotSplitTheDirectory() throws IOException {
        // Two pieces of one slot with one number: everybody keeps the same one.
        PeerKey liar = peer();
        Directory left = directory();
        Directory right = directory();
        left.publish(liar, TestDirectories.experts(3, 1));
        right.publish(liar, TestDirectories.experts(3, 2));
        Directory first = directory();
        TestDirectories.sync(left, first);
        TestDirectories.sync(right, first);
        Directory second = directory();
        TestDirectories.sync(right, second);
        TestDirectories.sync(left, second);
        assertThat(shards(first)).isEqualTo(shards(second));
        assertThat(SMALL.peerPieces()).isEqualTo(4);
    }

    private static void assertSameReplicas(Directory a, Directory b) {
        assertThat(a.experts()).isEqualTo(b.experts());
        for (int i = 0; i < 12; i++) {
            var expert = new ExpertId("m", i % 3, i);
            assertThat(b.replicas(expert)).isEqualTo(a.replicas(expert));
        }
    }
}
