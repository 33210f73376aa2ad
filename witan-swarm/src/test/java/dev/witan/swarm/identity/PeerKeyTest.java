// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import static dev.witan.swarm.identity.TestSwarm.RANDOM;
import static dev.witan.swarm.identity.TestSwarm.reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.identity.IdentityException.Reason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

final class PeerKeyTest {
    @TempDir Path folder;

    @Test
    void peerIsTheHashOfTheEncodedKey() throws NoSuchAlgorithmException {
        PeerKey key = PeerKey.generate(RANDOM);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.publicKey().encoded());
        assertThat(key.peer().hex()).isEqualTo(HexFormat.of().formatHex(hash));
    }

    @Test
    void keyIsTheSameAfterReading() throws IOException {
        Path file = folder.resolve("peer.key");
        PeerKey made = PeerKey.openOrCreate(file, RANDOM);
        PeerKey read = PeerKey.openOrCreate(file, RANDOM);
        assertThat(read.publicKey()).isEqualTo(made.publicKey());
        byte[] content = {1, 2, 3};
        assertThat(
                        made.publicKey()
                                .verifies(
                                        Purpose.DIRECTORY,
                                        content,
                                        read.sign(Purpose.DIRECTORY, content)))
                .isTrue();
        assertThat(folder).isDirectoryContaining(p -> p.equals(file));
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void signatureForAnotherPurposeIsWorthless() {
        PeerKey key = PeerKey.generate(RANDOM);
        byte[] content = {1, 2, 3};
        byte[] signature = key.sign(Purpose.DIRECTORY, content);
        assertThat(key.publicKey().verifies(Purpose.ADMISSION, content, signature)).isFalse();
        assertThat(key.publicKey().verifies(Purpose.DIRECTORY, new byte[3], signature)).isFalse();
        assertThat(key.publicKey().verifies(Purpose.DIRECTORY, content, new byte[64])).isFalse();
        assertThat(key.publicKey().verifies(Purpose.DIRECTORY, content, new byte[3])).isFalse();
        assertThat(
                        PeerKey.generate(RANDOM)
                                .publicKey()
                                .verifies(Purpose.DIRECTORY, content, signature))
                .isFalse();
    }

    @Test
    void keyFileIsNeverOverwritten() throws IOException {
        Path file = folder.resolve("peer.key");
        PeerKey first = PeerKey.create(file, RANDOM);
        assertThat(reason(() -> PeerKey.create(file, RANDOM))).isEqualTo(Reason.EXISTS);
        assertThat(PeerKey.open(file).peer()).isEqualTo(first.peer());
    }

    @Test
    void leftoverOfACrashDoesNotMatter() throws IOException {
        Files.writeString(folder.resolve(".peer.key.tmp"), "half a k");
        Path file = folder.resolve("peer.key");
        PeerKey made = PeerKey.create(file, RANDOM);
        assertThat(PeerKey.open(file).peer()).isEqualTo(made.peer());
        assertThat(folder.resolve(".peer.key.tmp")).doesNotExist();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void onlyTheOwnerCanReadIt() throws IOException {
        Path file = folder.resolve("peer.key");
        PeerKey.create(file, RANDOM);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> PeerKey.open(file))
                .isInstanceOf(IdentityException.class)
                .hasMessage(file + " has permissions rw-r-----; run: chmod 600 " + file);
    }

    @Test
    void missingFileIsNamed() {
        Path file = folder.resolve("no.key");
        assertThat(reason(() -> PeerKey.open(file))).isEqualTo(Reason.MISSING);
        assertThatThrownBy(() -> PeerKey.open(file)).hasMessage(file + " does not exist");
    }

    @Test
    void everyDamagedByteIsFound() throws IOException {
        Path file = folder.resolve("peer.key");
        PeerKey key = PeerKey.create(file, RANDOM);
        byte[] good = Files.readAllBytes(file);
        int refused = 0;
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(file, bad);
            try {
                // Only unused bits of base64 can change nothing.
                assertThat(PeerKey.open(file).peer()).isEqualTo(key.peer());
            } catch (IdentityException e) {
                assertThat(e.reason()).isEqualTo(Reason.CORRUPT);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(good.length - 4);
    }

    @Test
    void tornFilesAreFound() throws IOException {
        Path file = folder.resolve("peer.key");
        PeerKey.create(file, RANDOM);
        byte[] good = Files.readAllBytes(file);
        for (int length = 0; length < good.length - 1; length++) {
            Files.write(file, java.util.Arrays.copyOf(good, length));
            assertThat(reason(() -> PeerKey.open(file))).isEqualTo(Reason.CORRUPT);
        }
        Files.write(file, new byte[1 << 20]);
        assertThat(reason(() -> PeerKey.open(file))).isEqualTo(Reason.CORRUPT);
    }

    @Test
    void secretHalfIsNotPrinted() throws IOException {
        Path file = folder.resolve("peer.key");
        PeerKey key = PeerKey.create(file, RANDOM);
        String secret = Files.readString(file, StandardCharsets.US_ASCII).lines().toList().get(1);
        assertThat(key.toString()).doesNotContain(secret).contains(key.peer().hex());
    }
}
