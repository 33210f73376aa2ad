// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.cli.LauncherCheckout.Outcome;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/// How `./witan` starts the JVM once everything is built.
@Tag("process")
final class LauncherStartTest {
    private final Path dir;
    private final LauncherCheckout checkout;

    LauncherStartTest(@TempDir Path dir) throws IOException, InterruptedException {
        this.dir = dir;
        checkout = LauncherCheckout.in(dir);
        assertThat(checkout.run("--version").code()).isZero();
        assertThat(checkout.startUpCaches()).hasSize(1);
    }

    private void startsSilently() throws IOException, InterruptedException {
        Outcome outcome = checkout.run("--version");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).startsWith("witan ").hasLineCount(1);
    }

    @Test
    void fromAnotherFolderThroughALinkWithAnyArguments() throws Exception {
        Path link = Files.createSymbolicLink(dir.resolve("w"), Path.of("a checkout", "witan"));
        Outcome outcome = checkout.run(link, dir.resolve("home"), "a  b*\"$HOME");
        assertThat(outcome.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .startsWith("witan: unknown command 'a  b*\"$HOME'")
                .hasLineCount(1);
    }

    @Test
    void withoutAHomeThatCanBeWritten() throws Exception {
        checkout.with("HOME", "/dev/null/home");
        startsSilently();
        Path fallback = onlyEntry(dir.resolve("tmp"));
        assertThat(fallback.getFileName().toString()).startsWith("witan-");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fallback)))
                .isEqualTo("rwx------");
    }

    @Test
    void inTheCLocaleAndWithUserOptions() throws Exception {
        checkout.with("LC_ALL", "C").with("WITAN_JAVA_OPTS", "-Xmx64m -XX:+UseParallelGC");
        startsSilently();
        assertThat(checkout.startUpCaches()).hasSize(1);
    }

    @Test
    void helpAndVersionLoadNoTensorClass() throws Exception {
        Path log = dir.resolve("classes.log");
        checkout.with("WITAN_JAVA_OPTS", "-Xlog:class+load:file=" + log);
        for (String option : new String[] {"--version", "--help"}) {
            assertThat(checkout.run(option).code()).isZero();
            String classes = Files.readString(log);
            assertThat(classes).contains("dev.witan.cli.Witan ").doesNotContain("org.bytedeco");
        }
    }

    @Test
    void aTruncatedStartUpCacheIsIgnoredAndMadeAnew() throws Exception {
        Path cache = checkout.startUpCaches().getFirst();
        try (var channel = FileChannel.open(cache, StandardOpenOption.WRITE)) {
            channel.truncate(100_000);
        }
        startsSilently();
        assertThat(cache).doesNotExist();

        try (var watch = FileSystems.getDefault().newWatchService()) {
            cache.resolveSibling(".").register(watch, StandardWatchEventKinds.ENTRY_DELETE);
            startsSilently();
            while (Files.notExists(cache) || Files.exists(Path.of(cache + ".making"))) {
                var key = watch.poll(60, TimeUnit.SECONDS);
                assertThat(key).as("recorded in the background").isNotNull();
                key.reset();
            }
        }
        startsSilently();
        assertThat(cache).exists();
    }

    @Test
    void aStartUpCacheDamagedInTheMiddleIsIgnored() throws Exception {
        Path cache = checkout.startUpCaches().getFirst();
        byte[] bytes = Files.readAllBytes(cache);
        for (int i = bytes.length / 3; i < bytes.length / 3 + 200_000; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(cache, bytes);
        startsSilently();
        assertThat(cache).doesNotExist();
    }

    private static Path onlyEntry(Path folder) throws IOException {
        try (var entries = Files.list(folder)) {
            var all =
                    entries.filter(entry -> entry.getFileName().toString().startsWith("w"))
                            .toList();
            assertThat(all).hasSize(1);
            return all.getFirst();
        }
    }
}
