// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.Engine;
import dev.witan.model.DecoderModel;
import dev.witan.model.LoadedModel;
import dev.witan.model.generation.GenerationSettings;
import dev.witan.model.generation.TextGenerator;
import dev.witan.model.tokenizer.ByteTokenizer;
import dev.witan.swarm.dispatch.DispatchCounters;
import dev.witan.swarm.dispatch.DispatchLimits;
import dev.witan.swarm.dispatch.SwarmModel;
import dev.witan.train.data.TrainingData;
import dev.witan.train.loop.Trainer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One trainer and hosts that are processes of their own, over gRPC with mutual TLS.
@Tag("process")
@Timeout(120)
final class TrainingOverProcessesTest {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final int HOSTS = 4;
    private static final int STEPS = 50;
    private static final int NEW_TOKENS = 8;
    private static final List<String> PROMPTS = List.of("1", "12 + ", "7 + 8 =");

    @TempDir private static Path folder;
    private static HostProcesses hosts;
    private static TrainingData data;

    @BeforeAll
    static void start() throws Exception {
        Engine.start();
        data = Sums.data(folder);
        hosts = HostProcesses.start(folder, HOSTS, List.of(TestModel.CHAIN, TestModel.TOP_K));
    }

    @AfterAll
    static void stop() {
        hosts.close();
    }

    @Test
    void aChainOfExpertsLearnsAsInOneProcessToTheLastBit() throws IOException {
        assertEqualTraining(hosts, TestModel.named(TestModel.CHAIN), data, STEPS);
    }

    @Test
    void aTopKMixtureWithASharedExpertLearnsAsInOneProcessToTheLastBit() throws IOException {
        assertEqualTraining(hosts, TestModel.named(TestModel.TOP_K), data, STEPS);
    }

    /// Trains here and over the hosts, then lets both models write; each must be the other's equal.
    static Trained assertEqualTraining(
            HostProcesses hosts, TestModel model, TrainingData data, int steps) throws IOException {
        var here = new Trainer(model.config(), model.whole(), data, CLOCK);
        SwarmModel swarm = hosts.swarm(model.name(), DispatchLimits.standard());
        var there = new SwarmTrainer(model.config(), swarm, data, CLOCK);
        Curve local = Curve.of(here::step, steps);
        assertThat(Curve.of(there::step, steps)).isEqualTo(local);
        assertThat(TestModel.trunkHashes(there.model()))
                .isEqualTo(TestModel.trunkHashes(here.model()));
        assertThat(hosts.hashes(model)).isEqualTo(TestModel.expertHashes(here.model()));
        // What is compared is a run that learned, and was clipped.
        assertThat(local.losses().getLast()).isLessThan(local.losses().getFirst() - 0.5);
        assertThat(local.norms())
                .anyMatch(norm -> norm > model.config().optimizer().clipNorm())
                .allMatch(norm -> norm > 0);
        DispatchCounters.Snapshot calls = there.calls();
        assertThat(calls.layerCalls())
                .isEqualTo(
                        (long) steps
                                * model.config().model().layers()
                                * model.config().model().feedForward().iterations());
        assertThat(calls.forwardRequests()).isLessThanOrEqualTo(HOSTS * calls.layerCalls());
        assertThat(calls.degradedRows() + calls.lostGradientRows() + calls.retries()).isZero();
        assertThat(there.steps()).isEqualTo(new StepCounts(steps, 0, 0, 0));
        assertEqualTexts(here.model(), there.model(), PROMPTS, NEW_TOKENS);
        var mixed = here.model().withExperts(new SwarmLayers(model.config().model(), swarm));
        assertEqualTexts(here.model(), mixed, PROMPTS, NEW_TOKENS);
        return new Trained(here.model(), there.model());
    }

    /// A model here and its like over hosts.
    record Trained(DecoderModel here, DecoderModel there) {}

    static void assertEqualTexts(
            DecoderModel here, DecoderModel there, List<String> prompts, int tokens) {
        for (String prompt : prompts) {
            assertThat(greedy(there, prompt, tokens)).isEqualTo(greedy(here, prompt, tokens));
        }
    }

    private static List<Integer> greedy(DecoderModel model, String prompt, int tokens) {
        var generator =
                new TextGenerator(new LoadedModel(model, new ByteTokenizer()), System::nanoTime);
        return generator.generate(prompt, GenerationSettings.greedy(tokens), _ -> {}).tokens();
    }

    @Test
    void aKilledHostCostsItsExpertsAndNothingElse(@TempDir Path certificates) throws Exception {
        TestModel model = TestModel.named(TestModel.CHAIN);
        var limits =
                new DispatchLimits(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(2),
                        2,
                        Duration.ofMillis(10),
                        Duration.ofSeconds(5));
        try (var two = HostProcesses.start(certificates, 2, List.of(TestModel.CHAIN))) {
            var trainer =
                    new SwarmTrainer(model.config(), two.swarm(model.name(), limits), data, CLOCK);
            Curve before = Curve.of(trainer::step, 5);
            var killed =
                    CompletableFuture.runAsync(() -> {
                        try {
                            two.process(1).kill();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
            Curve meanwhile = Curve.of(trainer::step, 10);
            killed.get();
            List<String> left = two.hashes(model, 0);
            long degraded = trainer.calls().degradedRows();
            StepCounts steps = trainer.steps();
            Curve after = Curve.of(trainer::step, 5);
            assertThat(before.losses()).allMatch(Double::isFinite);
            assertThat(meanwhile.losses()).allMatch(Double::isFinite);
            assertThat(after.losses()).allMatch(Double::isFinite);
            assertThat(two.hashes(model, 0)).doesNotContainAnyElementsOf(left);
            // Every token has two experts in each of four calls per step; some were the dead
            // host's.
            long rows = 5L * model.config().tokensPerStep() * 4 * 2;
            assertThat(trainer.calls().degradedRows() - degraded).isBetween(1L, rows - 1);
            assertThat(trainer.steps())
                    .isEqualTo(new StepCounts(20, 0, steps.unprepared() + 5, steps.uncommitted()));
        }
    }
}
