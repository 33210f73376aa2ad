// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.BatchMode;
import dev.witan.engine.Engine;
import dev.witan.engine.KernelSettings;
import dev.witan.engine.Precision;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A sequence's logits and losses have the same bits alone and at any position of any batch.
class BatchInvarianceTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    @ParameterizedTest
    @EnumSource
    void sequencesAreIndependentToTheBit(Precision precision) {
        var settings = new KernelSettings(precision, BatchMode.INVARIANT);
        SmallModels.configs()
                .forEach((name, config) ->
                        assertThat(dependent(config, settings)).as(name).isEmpty());
    }

    /// The check can fail: without the mode, models are found in float32.
    @Test
    @Tag("mutants")
    void theFastModeIsFound() {
        var settings = new KernelSettings(Precision.FLOAT32, BatchMode.FAST);
        SmallModels.configs()
                .forEach((name, config) ->
                        assertThat(dependent(config, settings)).as(name).isNotEmpty());
    }

    @Test
    @Tag("process")
    void threadsDoNotChangeABit(@TempDir Path folder) throws Exception {
        Set<String> hashes = new HashSet<>();
        for (int threads = 1; threads <= 3; threads++) {
            hashes.add(hash(folder.resolve("hash" + threads), threads));
        }
        assertThat(hashes).hasSize(1).allMatch(hash -> hash.matches("[0-9a-f]{64}"));
    }

    private static String hash(Path output, int threads) throws Exception {
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.bytedeco.javacpp.cachedir="
                                + System.getProperty("org.bytedeco.javacpp.cachedir"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallModels.class.getName());
        builder.environment().put("WITAN_THREADS", Integer.toString(threads));
        Process process =
                builder.redirectError(ProcessBuilder.Redirect.DISCARD)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output).strip();
    }

    /// Batches in which a sequence's logits or losses are not what they are alone.
    private static List<String> dependent(ModelConfig config, KernelSettings settings) {
        DecoderModel model = ModelBuilder.random(config, settings, 1);
        var found = new java.util.ArrayList<String>();
        for (int length : new int[] {1, 7, 33}) {
            int[] sequence = SmallModels.sequence(length, 99);
            float[] alone = SmallModels.logits(model, sequence);
            float[] lossAlone = SmallModels.losses(model, sequence);
            for (int size : new int[] {2, 3, 7, 17}) {
                for (int position : new int[] {0, size / 2, size - 1}) {
                    int[][] batch = new int[size][];
                    Arrays.setAll(batch, i -> SmallModels.sequence(length, i));
                    batch[position] = sequence;
                    float[] logits = part(SmallModels.logits(model, batch), size, position);
                    float[] losses = part(SmallModels.losses(model, batch), size, position);
                    if (!Arrays.equals(logits, alone)) {
                        found.add("logits of " + position + " of " + size + " x " + length);
                    }
                    if (!Arrays.equals(losses, lossAlone)) {
                        found.add("losses of " + position + " of " + size + " x " + length);
                    }
                }
            }
        }
        return found;
    }

    private static float[] part(float[] all, int parts, int index) {
        int length = all.length / parts;
        return Arrays.copyOfRange(all, index * length, (index + 1) * length);
    }
}
