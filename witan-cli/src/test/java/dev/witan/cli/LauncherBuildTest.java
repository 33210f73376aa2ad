// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.cli.LauncherCheckout.Outcome;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// When `./witan` builds, and what happens when that goes wrong.
@Tag("process")
final class LauncherBuildTest {
    private final Path dir;
    private final LauncherCheckout checkout;

    LauncherBuildTest(@TempDir Path dir) throws IOException {
        this.dir = dir;
        checkout = LauncherCheckout.in(dir);
    }

    private void starts() throws IOException, InterruptedException {
        Outcome outcome = checkout.run("--version");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).startsWith("witan ").hasLineCount(1);
    }

    @Test
    void buildsOnceAndAgainAfterASourceIsChangedOrDeleted() throws Exception {
        Outcome first = checkout.run("--version");
        assertThat(first.err()).startsWith("witan: building (log: ").hasLineCount(1);
        Outcome second = checkout.run("--version");
        assertThat(second.err()).isEmpty();
        assertThat(checkout.mavenCalls())
                .hasSize(1)
                .first()
                .asString()
                .contains("-pl witan-cli -am");

        Files.setLastModifiedTime(checkout.source(), FileTime.from(Instant.now().plusSeconds(1)));
        starts();
        assertThat(checkout.mavenCalls()).hasSize(2);

        Files.delete(checkout.source());
        starts();
        assertThat(checkout.mavenCalls()).hasSize(3);
        assertThat(checkout.state().resolve("lock")).doesNotExist();
    }

    @Test
    void takesWhatMavenBuiltBefore() throws Exception {
        starts();
        try (var files = Files.walk(checkout.state())) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
        starts();
        assertThat(checkout.mavenCalls()).hasSize(1);
    }

    @Test
    void aMovedCheckoutIsBuiltAgain() throws Exception {
        starts();
        Path moved = Files.move(checkout.root(), dir.resolve("moved"));
        checkout.maven("echo '[ERROR] asked to build' && exit 1\n");
        Files.createDirectory(checkout.root());
        Files.delete(moved.resolve("witan-cli/target/runtime.classpath"));
        Outcome outcome = checkout.run(moved.resolve("witan"), dir, "--version");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("asked to build");
    }

    @Test
    void aFailedBuildShowsItsErrorsAndWhereTheLogIs() throws Exception {
        checkout.maven("echo '[INFO] chatter'; echo '[ERROR] A.java:[1,2] boom'; exit 1\n");
        Outcome outcome = checkout.run("--version");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .contains("[ERROR] A.java:[1,2] boom")
                .contains("witan: the build failed; all of it is in ")
                .doesNotContain("chatter");
        assertThat(checkout.state().resolve("lock")).doesNotExist();
    }

    @Test
    void noMavenIsOneLineThatSaysWhatToInstall() throws Exception {
        checkout.removeMaven();
        Outcome outcome = checkout.run("--version");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err())
                .startsWith("witan: Maven not found: install Maven 3.8 or newer")
                .hasLineCount(1);
    }

    @Test
    void fourAtOnceBuildOnce() throws Exception {
        Path script = checkout.root().resolve("witan");
        var processes =
                List.of(
                        checkout.start(script, dir, "--version"),
                        checkout.start(script, dir, "--version"),
                        checkout.start(script, dir, "--version"),
                        checkout.start(script, dir, "--version"));
        for (Process process : processes) {
            Outcome outcome = checkout.finish(process);
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(outcome.out()).startsWith("witan ").hasLineCount(1);
        }
        assertThat(checkout.mavenCalls()).hasSize(1);
    }

    @Test
    void theLockOfADeadProcessIsTakenOver() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path lock = Files.createDirectories(checkout.state().resolve("lock"));
        Files.writeString(lock.resolve("pid"), dead.pid() + "\n");
        starts();
        assertThat(lock).doesNotExist();
    }

    @Test
    void aStoppedBuildEndsMavenAndFreesTheLock() throws Exception {
        checkout.maven("echo started >../started; exec sleep 600\n");
        try (var watch = FileSystems.getDefault().newWatchService()) {
            dir.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            Process process = checkout.start(checkout.root().resolve("witan"), dir, "--version");
            while (Files.notExists(dir.resolve("started"))) {
                var key = watch.poll(60, TimeUnit.SECONDS);
                assertThat(key).as("the build started").isNotNull();
                key.reset();
            }
            var maven = process.descendants().toList();
            process.toHandle().destroy(); // SIGTERM; Process.destroy would close the streams
            assertThat(checkout.finish(process).code()).isEqualTo(143);
            for (ProcessHandle handle : maven) {
                handle.onExit().get(60, TimeUnit.SECONDS);
            }
        }
        assertThat(checkout.state().resolve("lock")).doesNotExist();
    }
}
