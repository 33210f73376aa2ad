// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.train.loop.TinyTraining;
import dev.witan.train.metrics.MetricsJson;
import dev.witan.train.metrics.StepMetrics;
import dev.witan.train.session.TrainingSession;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

final class ResumeTest {
    @TempDir private Path dir;
    private Path data;

    @BeforeEach
    void text() throws IOException {
        data = TinyTraining.text(dir.resolve("sums.txt"), 600);
    }

    private Path train(String name, boolean resume, String... settings) throws IOException {
        Path out = dir.resolve(name);
        try (TrainingSession session = TinyRun.open(data, out, resume, settings)) {
            session.train();
        }
        return out;
    }

    static List<Double> losses(Path out) throws IOException {
        return MetricsJson.read(out.resolve(TrainingSession.METRICS)).stream()
                .filter(StepMetrics.class::isInstance)
                .map(event -> ((StepMetrics) event).loss())
                .toList();
    }

    private static void assertEqualEnds(Path a, Path b) throws IOException {
        assertThat(losses(b)).hasSize(40).isEqualTo(losses(a));
        assertThat(b.resolve("model.safetensors"))
                .satisfies(file ->
                        assertThat(weights(file))
                                .isEqualTo(weights(a.resolve(file.getFileName()))));
    }

    /// The bytes after the header, which holds the date.
    private static byte[] weights(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        long header =
                java.nio.ByteBuffer.wrap(all).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
        return java.util.Arrays.copyOfRange(all, (int) (8 + header), all.length);
    }

    @Tag("process")
    @ParameterizedTest
    @ValueSource(strings = {"float32", "bfloat16"})
    void killedRunContinuesToTheSameBits(String precision) throws Exception {
        String kernels = "precision=" + precision;
        Path whole = train("whole", false, kernels);
        Path out = dir.resolve("killed");
        Process process = TinyRun.start(data, out, "fresh", kernels, "checkpoint.every=5");
        await(process, out.resolve("checkpoint-20"));
        process.destroyForcibly().waitFor();
        train("killed", true, kernels, "checkpoint.every=5");
        assertEqualEnds(whole, out);
    }

    @Tag("process")
    @Test
    void killingDuringSavesAlwaysLeavesAUsableCheckpoint() throws Exception {
        Path whole = train("whole", false);
        Path out = dir.resolve("killed");
        var random = new Random(4);
        Process process = TinyRun.start(data, out, "fresh", "checkpoint.every=1");
        for (int kill = 1; kill <= 4; kill++) {
            await(process, out.resolve("checkpoint-" + 6 * kill));
            // A save takes most of a step here, so a random moment mostly hits one.
            process.waitFor(random.nextLong(20), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            assertThat(new RunFolder(out).latest().state().progress().step())
                    // The folder is there before the pointer to it: the one before is as good.
                    .isGreaterThanOrEqualTo(6L * kill - 1);
            process = TinyRun.start(data, out, "resume", "checkpoint.every=1");
        }
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertEqualEnds(whole, out);
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.startsWith(".") || name.startsWith("checkpoint-"))
                    .containsExactlyInAnyOrder("checkpoint-39", "checkpoint-40");
        }
    }

    private static void await(Process process, Path file) throws Exception {
        while (Files.notExists(file) && !process.waitFor(1, TimeUnit.MILLISECONDS)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void resumingWithMoreStepsIsAllowedAndWithAnotherConfigurationNot() throws IOException {
        train("run", false, "steps=4", "schedule.kind=constant");
        assertThatThrownBy(() -> train("run", true, "steps=4", "seed=2", "batchSize=3"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("another configuration")
                .hasMessageContaining("batchSize: 4 before, 3 now")
                .hasMessageContaining("seed: 1 before, 2 now")
                .hasMessageNotContaining("\n");
        Path out = train("run", true, "steps=6", "schedule.kind=constant");
        assertThat(losses(out)).hasSize(6);
    }

    @Test
    void otherTextIsRefused() throws IOException {
        train("run", false, "steps=2");
        Files.writeString(data, "x", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> train("run", true, "steps=4"))
                .hasMessageContaining("was trained on another sums.txt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"model.safetensors", "optimizer.safetensors", "state.json", "train.yaml"})
    void truncatedCheckpointIsNamedInOneLine(String name) throws IOException {
        Path out = train("run", false, "steps=2");
        Path file = out.resolve("checkpoint-2").resolve(name);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
        assertThatThrownBy(() -> train("run", true, "steps=4"))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(file + ": damaged or cut short: not what was saved");
    }

    @Test
    void damagedByteAndDamagedPointerAreFound() throws IOException {
        Path out = train("run", false, "steps=2");
        Path file = out.resolve("checkpoint-2/optimizer.safetensors");
        byte[] content = Files.readAllBytes(file);
        content[content.length - 1] ^= 1;
        Files.write(file, content);
        assertThatThrownBy(() -> train("run", true, "steps=4")).hasMessageStartingWith(file + ": ");
        Files.writeString(out.resolve("latest"), "../elsewhere");
        assertThatThrownBy(() -> train("run", true, "steps=4"))
                .hasMessageStartingWith(out.resolve("latest") + ": damaged");
    }

    @Test
    void folderWithContentIsRefusedWithoutResume() throws IOException {
        Path out = train("run", false, "steps=1");
        assertThatThrownBy(() -> train("run", false, "steps=1"))
                .hasMessage(out + ": is not empty: choose another --out, or add --resume");
        assertThatThrownBy(() -> train("none", true, "steps=1"))
                .hasMessage(dir.resolve("none") + ": holds no run to resume");
    }

    @Test
    void oldCheckpointsGoAndLeftoversAreSwept() throws IOException {
        Path out = train("run", false, "steps=6", "checkpoint.every=1", "checkpoint.keep=3");
        Files.createDirectories(out.resolve(".saving-checkpoint-9/deep"));
        assertThat(new RunFolder(out).latest().folder()).hasFileName("checkpoint-6");
        train("run", true, "steps=6", "checkpoint.every=1", "checkpoint.keep=3");
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.contains("checkpoint-"))
                    .containsExactlyInAnyOrder("checkpoint-4", "checkpoint-5", "checkpoint-6");
        }
    }
}
