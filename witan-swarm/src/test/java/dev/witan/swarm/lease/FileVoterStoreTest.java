// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.consensus.Acceptor;
import dev.witan.swarm.consensus.Ballot;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

class FileVoterStoreTest {
    private static final ExpertId EXPERT = new ExpertId("model/ü", 1, 2);
    private static final PeerId PEER = new PeerId("ab".repeat(32));
    private static final Vote FIRST = new Vote(new Epoch(1, 1), PEER, 5);
    private static final Vote SECOND = new Vote(new Epoch(1, 2), PEER, -6);

    @TempDir Path folder;
    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("votes");
    }

    private static MembershipState state() {
        var members = new TreeSet<>(java.util.Set.of(PEER));
        var ballot = new Ballot(7, PEER);
        var next = new Configuration(4, members);
        return new MembershipState(
                new Configuration(3, members),
                members,
                new Acceptor<Configuration>(Optional.of(ballot), Optional.empty())
                        .accept(ballot, next));
    }

    @Test
    void whatWasSavedIsThereAgain() throws IOException {
        try (var store = new FileVoterStore(file)) {
            assertThat(store.load().isEmpty()).isTrue();
            store.save(EXPERT, FIRST);
            store.save(state());
            store.save(EXPERT, SECOND);
        }
        for (int i = 0; i < 2; i++) {
            try (var store = new FileVoterStore(file)) {
                assertThat(store.load().votes()).isEqualTo(Map.of(EXPERT, SECOND));
                assertThat(store.load().membership()).contains(state());
            }
        }
    }

    @Test
    void openingKeepsOnlyTheLastVotes() throws IOException {
        try (var store = new FileVoterStore(file)) {
            for (int i = 1; i <= 100; i++) {
                store.save(EXPERT, new Vote(new Epoch(1, i), PEER, 0));
            }
        }
        long before = Files.size(file);
        new FileVoterStore(file).close();
        assertThat(Files.size(file)).isEqualTo(before / 100);
    }

    /// Cut anywhere: what was complete stays, what was being written is gone.
    @Test
    void aTornEndIsCutOff() throws IOException {
        try (var store = new FileVoterStore(file)) {
            store.save(EXPERT, FIRST);
            store.save(EXPERT, SECOND);
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (var store = new FileVoterStore(file)) {
                assertThat(store.load().votes())
                        .isEqualTo(length < whole.length / 2 ? Map.of() : Map.of(EXPERT, FIRST));
                store.save(state());
            }
            try (var store = new FileVoterStore(file)) {
                assertThat(store.load().membership()).contains(state());
            }
        }
    }

    @Test
    void aDamagedRecordThatOthersFollowIsRefused() throws IOException {
        try (var store = new FileVoterStore(file)) {
            store.save(EXPERT, FIRST);
            store.save(EXPERT, SECOND);
        }
        byte[] whole = Files.readAllBytes(file);
        whole[20] ^= 1;
        Files.write(file, whole);
        assertThatThrownBy(() -> new FileVoterStore(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file + ": damaged at byte 0");
        assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }

    @Test
    void afterAFailedWriteNothingIsWritten() throws IOException {
        var store = new FileVoterStore(file);
        store.close();
        assertThatThrownBy(() -> store.save(EXPERT, FIRST)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.save(EXPERT, FIRST))
                .hasMessageContaining("an earlier write failed");
        assertThat(store.load().votes()).isEmpty();
    }
}
