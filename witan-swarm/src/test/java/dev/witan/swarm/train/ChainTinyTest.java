// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import dev.witan.engine.Engine;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// The preset `chain-tiny` over four processes: its first fifty steps, and texts.
@Tag("process")
@Tag("slow")
final class ChainTinyTest {
    private static final int STEPS = 50;
    private static final int PROMPTS = 20;
    private static final int NEW_TOKENS = 64;

    @TempDir private Path folder;

    @Test
    void theFirstStepsOfThePresetAreThoseOfOneProcessToTheLastBit() throws Exception {
        Engine.start();
        try (var hosts = HostProcesses.start(folder, 4, List.of(TestModel.CHAIN_TINY))) {
            TrainingOverProcessesTest.Trained trained =
                    TrainingOverProcessesTest.assertEqualTraining(
                            hosts, TestModel.named(TestModel.CHAIN_TINY), Sums.data(folder), STEPS);
            List<String> prompts =
                    IntStream.range(0, PROMPTS).mapToObj(i -> i + " + " + i * i + " = ").toList();
            TrainingOverProcessesTest.assertEqualTexts(
                    trained.here(), trained.there(), prompts, NEW_TOKENS);
        }
    }
}
