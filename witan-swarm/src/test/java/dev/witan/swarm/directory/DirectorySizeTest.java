// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import static dev.witan.swarm.directory.TestDirectories.HERE;
import static dev.witan.swarm.directory.TestDirectories.SWARM;
import static dev.witan.swarm.directory.TestDirectories.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.identity.PeerKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Sizes at the scale of a large model: 61 layers of 256 experts, two replicas each, 64 peers.
final class DirectorySizeTest {
    private static final int FRAME = 256 << 10;
    private static final int LAYERS = 61;
    private static final int EXPERTS = 256;
    private static final int PEERS = 64;
    private static final int PROOF_BYTES = 1200;

    private static List<ExpertRecord> share(int peer) {
        var random = TestDirectories.seeded(peer);
        var records = new ArrayList<ExpertRecord>();
        var hash = new byte[32];
        for (int i = 0; i < LAYERS * EXPERTS; i++) {
            boolean primary = i % PEERS == peer;
            if (primary || (i + 17) % PEERS == peer) {
                random.nextBytes(hash);
                records.add(
                        new ExpertRecord(
                                new ExpertId("deepseek-v3", i / EXPERTS, i % EXPERTS),
                                primary ? ReplicaRole.PRIMARY : ReplicaRole.BACKUP,
                                300,
                                1_000_000,
                                HexFormat.of().formatHex(hash)));
            }
        }
        return records;
    }

    @Test
    void shardsStayFarBelowTheFrame(TestReporter reporter) throws IOException {
        var directory = new Directory(SWARM, DirectoryLimits.STANDARD, (_, _) -> true, _ -> false);
        int records = 0;
        for (int i = 0; i < PEERS; i++) {
            List<ExpertRecord> share = share(i);
            records += share.size();
            directory.publish(peer(), new Publication(HERE, share, new byte[PROOF_BYTES]));
        }
        assertThat(directory.experts()).isEqualTo(LAYERS * EXPERTS);
        assertThat(directory.replicas(new ExpertId("deepseek-v3", 60, 255))).hasSize(2);
        int total = 0;
        int largest = 0;
        for (int i = 0; i < DirectoryLimits.STANDARD.shards(); i++) {
            int size = directory.shard(i).encode().length;
            total += size;
            largest = Math.max(largest, size);
        }
        reporter.publishEntry("records", String.valueOf(records));
        reporter.publishEntry("bytes in all", String.valueOf(total));
        reporter.publishEntry("bytes per record", String.valueOf(total / records));
        reporter.publishEntry("bytes per peer", String.valueOf(total / PEERS));
        reporter.publishEntry("largest shard", String.valueOf(largest));
        assertThat(largest).isLessThan(FRAME / 2);
        assertThat(total / records).isLessThan(64);
    }

    @Test
    void largestPeerFits(TestReporter reporter) throws IOException {
        var directory = new Directory(SWARM, DirectoryLimits.STANDARD, (_, _) -> true, _ -> false);
        var all = new ArrayList<ExpertRecord>();
        for (int i = 0; i < PEERS / 2; i++) {
            all.addAll(share(i));
        }
        var distinct =
                all.stream()
                        .collect(
                                java.util.stream.Collectors.toMap(
                                        ExpertRecord::expert, r -> r, (a, _) -> a))
                        .values();
        PeerKey peer = peer();
        var publication = new Publication(HERE, List.copyOf(distinct), new byte[PROOF_BYTES]);
        List<DirectoryShard> changed = directory.publish(peer, publication);
        int largest = changed.stream().mapToInt(shard -> shard.encode().length).max().orElse(0);
        reporter.publishEntry("experts", String.valueOf(distinct.size()));
        reporter.publishEntry("shards touched", String.valueOf(changed.size()));
        reporter.publishEntry("largest shard", String.valueOf(largest));
        assertThat(largest).isLessThan(16 << 10);
    }
}
