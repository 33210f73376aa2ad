// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.identity.Endpoint;
import dev.witan.swarm.identity.PeerKey;
import dev.witan.swarm.identity.SwarmId;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Directories of one swarm and things to publish in them.
final class TestDirectories {
    static final SecureRandom SECURE = new SecureRandom();
    static final SwarmId SWARM = SwarmId.random(SECURE);
    static final Endpoint HERE = new Endpoint("127.0.0.1", 4444);
    static final byte[] PROOF = {1, 2, 3};

    /// Small, so that a handful of experts makes several pieces and shards.
    static final DirectoryLimits SMALL = new DirectoryLimits(4, 65_536, 3, 12);

    private TestDirectories() {}

    static Directory directory() {
        return new Directory(SWARM, SMALL, (_, proof) -> proof.length == 3, _ -> false);
    }

    static PeerKey peer() {
        return PeerKey.generate(SECURE);
    }

    static ExpertRecord record(int layer, int index, long version) {
        return record(layer, index, version, ReplicaRole.PRIMARY);
    }

    static ExpertRecord record(int layer, int index, long version, ReplicaRole role) {
        String hash = HexFormat.of().toHexDigits(version).repeat(4);
        return new ExpertRecord(new ExpertId("m", layer, index), role, 1, version, hash);
    }

    static Publication publication(List<ExpertRecord> records) {
        return new Publication(HERE, records, PROOF);
    }

    static Publication experts(int count, long version) {
        return publication(IntStream.range(0, count).mapToObj(i -> record(0, i, version)).toList());
    }

    /// What a peer could have published at some time, in any order.
    static Publication random(RandomGenerator random) {
        return publication(
                IntStream.range(0, 12)
                        .filter(_ -> random.nextBoolean())
                        .mapToObj(i -> record(i % 3, i, random.nextInt(5)))
                        .toList());
    }

    /// Copies every shard of one directory into another, through the wire.
    static void sync(Directory from, Directory to) {
        for (int i = 0; i < SMALL.shards(); i++) {
            receive(to, from.shard(i).encode());
        }
    }

    static boolean receive(Directory directory, byte[] bytes) {
        try {
            return directory.receive(bytes);
        } catch (dev.witan.swarm.identity.IdentityException e) {
            throw new AssertionError(e);
        }
    }

    static List<DirectoryShard> shards(Directory directory) {
        return IntStream.range(0, SMALL.shards()).mapToObj(directory::shard).toList();
    }

    static SplittableRandom seeded(long seed) {
        return new SplittableRandom(seed);
    }
}
