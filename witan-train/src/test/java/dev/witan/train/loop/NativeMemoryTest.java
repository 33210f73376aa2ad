// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.model.ModelBuilder;
import dev.witan.model.tokenizer.ByteTokenizer;
import dev.witan.train.data.Domain;
import dev.witan.train.data.TrainingData;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process of its own with a small fixed heap: what grows there is native.
@EnabledOnOs(OS.LINUX)
final class NativeMemoryTest {
    private static final int WARM_UP = 60;
    private static final int STEPS = 200;

    /// One leaked activation (512 tokens of 64 floats) per step would be 25 MiB.
    private static final long GROWTH_MAX = 12L << 20;

    @TempDir private Path dir;

    @Tag("process")
    @Test
    void twoHundredStepsDoNotGrowNativeMemory() throws Exception {
        Path file = TinyTraining.text(dir.resolve("sums.txt"), 2000);
        Path out = dir.resolve("out.txt");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xms96m",
                                "-Xmx96m",
                                "-XX:+AlwaysPreTouch",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dorg.bytedeco.javacpp.cachedir="
                                        + System.getProperty("org.bytedeco.javacpp.cachedir", ""),
                                "-cp",
                                System.getProperty("java.class.path"),
                                NativeMemoryTest.class.getName(),
                                file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
        assertThat(Long.parseLong(Files.readString(out).strip())).isLessThan(GROWTH_MAX);
    }

    /// Prints by how many bytes the resident memory grew.
    public static void main(String[] args) throws IOException {
        TrainConfig config =
                TinyTraining.config(
                        "steps=" + (WARM_UP + STEPS),
                        "model.hidden=64",
                        "model.headWidth=32",
                        "model.context=64",
                        "batchSize=8");
        var data = TrainingData.read(Domain.of(List.of(Path.of(args[0]))), new ByteTokenizer());
        var trainer =
                new Trainer(
                        config,
                        ModelBuilder.random(config.model(), config.precision(), config.seed()),
                        data,
                        InstantSource.system());
        run(trainer, WARM_UP);
        long before = residentBytes();
        run(trainer, STEPS);
        long grown = residentBytes() - before;
        System.out.println(grown);
    }

    private static void run(Trainer trainer, int steps) {
        for (int i = 0; i < steps; i++) {
            trainer.step();
        }
    }

    private static long residentBytes() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }
}
