// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.cli.LauncherCheckout.Outcome;
import dev.witan.train.checkpoint.RunFolder;
import dev.witan.train.session.TrainingSession;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// `./witan train` as a process that is interrupted, or that writes where it cannot.
@Tag("process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TrainProcessTest {
    private static final int STEPS = 12;

    private final Path dir;
    private final LauncherCheckout checkout;
    private final Path text;
    private List<Double> wholeLosses = List.of();

    TrainProcessTest(@TempDir Path dir) throws IOException {
        this.dir = dir;
        checkout =
                LauncherCheckout.in(dir)
                        // The natives that the other tests have unpacked.
                        .with(
                                "WITAN_JAVA_OPTS",
                                "-Dorg.bytedeco.javacpp.cachedir="
                                        + System.getProperty("org.bytedeco.javacpp.cachedir", ""));
        text = SmallTraining.text(dir.resolve("sums.txt"));
    }

    @BeforeAll
    void builtAndTrained() throws Exception {
        assertThat(checkout.run("--version").code()).isZero();
        Path out = dir.resolve("whole");
        Outcome whole = SmallTraining.run(SmallTraining.line(text, out, "steps=" + STEPS));
        assertThat(whole.code()).as(whole.err()).isZero();
        wholeLosses = SmallTraining.losses(out);
        assertThat(wholeLosses).hasSize(STEPS).doesNotHaveDuplicates();
    }

    private Outcome train(Path out, String... more) throws Exception {
        return checkout.run(SmallTraining.line(text, out, more));
    }

    private static void assertLastLineIsTheError(Outcome outcome, String pattern) {
        List<String> lines = outcome.err().lines().toList();
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(ExitCodes.FAILED);
        assertThat(lines.getLast()).matches("witan: " + pattern);
        assertThat(lines)
                .filteredOn(line -> line.startsWith("witan:") || line.startsWith("\t"))
                .hasSize(1);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void ctrlCSavesAndTheRunGoesOnToTheSameLosses() throws Exception {
        Path out = dir.resolve("interrupted");
        Process process = startInterruptible(SmallTraining.line(text, out, "steps=1000000"));
        Path metrics = out.resolve(TrainingSession.METRICS);
        while ((Files.notExists(metrics) || Files.size(metrics) == 0)
                && !process.waitFor(1, TimeUnit.MILLISECONDS)) {
            Thread.onSpinWait();
        }
        int sent =
                new ProcessBuilder("sh", "-c", "kill -INT " + process.pid())
                        .inheritIO()
                        .start()
                        .waitFor();
        assertThat(sent).isZero();
        Outcome outcome = checkout.finish(process);
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(ExitCodes.INTERRUPTED);
        assertThat(outcome.out()).isEmpty();

        long step = new RunFolder(out).latest().state().progress().step();
        assertThat(step).isBetween(1L, 999_999L);
        assertThat(outcome.err().lines().toList().getLast())
                .isEqualTo(
                        "stopped and saved at step "
                                + step
                                + "; --resume --out "
                                + out
                                + " continues");
        long end = Math.max(STEPS, step + 3);
        Outcome resumed =
                SmallTraining.run(SmallTraining.line(text, out, "--resume", "steps=" + end));
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("resuming after step " + step);
        Path whole = dir.resolve("as long");
        assertThat(SmallTraining.run(SmallTraining.line(text, whole, "steps=" + end)).code())
                .isZero();
        assertThat(SmallTraining.losses(out)).isEqualTo(SmallTraining.losses(whole));
    }

    /// A build in the background of a shell ignores Ctrl-C, and so would what it starts.
    private Process startInterruptible(String... words) throws Exception {
        Path env = Path.of("/usr/bin/env");
        String restore = "--default-signal=INT";
        boolean known =
                new ProcessBuilder(env.toString(), restore, "true")
                                .redirectErrorStream(true)
                                .start()
                                .waitFor()
                        == 0;
        Path witan = checkout.root().resolve("witan");
        if (!known) {
            return checkout.start(witan, checkout.root(), words);
        }
        var all = new ArrayList<>(List.of(restore, witan.toString()));
        all.addAll(List.of(words));
        return checkout.start(env, checkout.root(), all.toArray(String[]::new));
    }

    @Test
    void aDiskThatFillsUpLeavesTheLastCheckpointUsable() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(dir.resolve("small"), "size=3m")) {
            Path out = disk.path().resolve("run");
            String[] often = {"steps=" + STEPS, "checkpoint.every=1", "checkpoint.keep=50"};
            assertLastLineIsTheError(
                    train(out, often),
                    ".*run/checkpoint-[2-9]: cannot be saved: No space left on device");

            long step = new RunFolder(out).latest().state().progress().step();
            assertThat(step).isBetween(1L, STEPS - 2L);
            assertThat(names(out)).noneMatch(name -> name.startsWith(".saving"));
            disk.change("size=64m");
            var resume = new ArrayList<>(List.of("--resume"));
            resume.addAll(List.of(often));
            Outcome resumed =
                    SmallTraining.run(SmallTraining.line(text, out, resume.toArray(String[]::new)));
            assertThat(resumed.code()).as(resumed.err()).isZero();
            assertThat(resumed.err()).contains("resuming after step " + step);
            assertThat(SmallTraining.losses(out)).isEqualTo(wholeLosses);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void aDiskWithoutRoomForMetricsIsOneLineThatNamesTheFile() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(dir.resolve("tiny"), "size=24k")) {
            Path out = disk.path().resolve("run");
            Outcome full = SmallTraining.run(SmallTraining.line(text, out, "steps=100000"));
            assertLastLineIsTheError(
                    full, ".*run/(metrics.jsonl|tensorboard/.*): no space left on device");
        }
    }

    @Test
    void aFullDiskAtTheStartIsOneLineThatNamesTheFile() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(dir.resolve("none"), "size=8k")) {
            Files.write(disk.path().resolve("filler"), new byte[8192]);
            Outcome full = SmallTraining.run(SmallTraining.line(text, disk.path().resolve("run")));
            assertLastLineIsTheError(full, ".*run.*: no space left on device");
        }
    }

    @Test
    void aReadOnlyFolderIsOneLine() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(dir.resolve("read-only"), "size=1m")) {
            Path empty = Files.createDirectory(disk.path().resolve("empty"));
            disk.change("ro");
            assertLastLineIsTheError(train(empty), ".*empty.*: read-only file system");
            Path missing = disk.path().resolve("a/b");
            Outcome refused = SmallTraining.run(SmallTraining.line(text, missing));
            assertLastLineIsTheError(refused, ".*/a.*: read-only file system");
        }
    }

    @Test
    void aRunThatBecameReadOnlyIsNotResumed() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(dir.resolve("was writable"), "size=16m")) {
            Path out = disk.path().resolve("run");
            assertThat(SmallTraining.run(SmallTraining.line(text, out, "steps=1")).code()).isZero();
            disk.change("ro");
            Outcome refused =
                    SmallTraining.run(SmallTraining.line(text, out, "--resume", "steps=2"));
            assertLastLineIsTheError(refused, ".*run.*: read-only file system");
        }
    }

    /// Whoever may do everything meets this too.
    @Test
    void aFolderBelowAFileIsOneLine() {
        Outcome refused = SmallTraining.run(SmallTraining.line(text, text.resolve("run")));
        assertLastLineIsTheError(refused, ".*sums.txt.*");
    }

    @Test
    @EnabledOnOs(OS.LINUX) // has /dev/full
    void aResultThatCannotBeWrittenIsAFailure() throws Exception {
        Outcome full =
                checkout.finish(
                        checkout.start(
                                Path.of("/bin/sh"),
                                checkout.root(),
                                "-c",
                                "exec ./witan --help >/dev/full"));
        assertLastLineIsTheError(full, "standard output could not be written: .*");
    }
}
