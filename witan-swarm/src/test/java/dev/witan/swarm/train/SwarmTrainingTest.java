// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.engine.Engine;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.model.DecoderModel;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.host.AdamWExpertOptimizer;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Unreachable;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ExpertTransport;
import dev.witan.train.data.TrainingData;
import dev.witan.train.loop.Trainer;
import dev.witan.train.loop.TrainingException;
import dev.witan.train.metrics.StepMetrics;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Experts at hosts in this process learn what they learn at home, to the last bit.
final class SwarmTrainingTest {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final int HOSTS = 3;

    @TempDir private Path folder;
    private TrainingData data;

    @BeforeAll
    static void start() {
        Engine.start();
    }

    @BeforeEach
    void read() throws IOException {
        data = Sums.data(folder);
    }

    /// The same steps here and over hosts.
    private final class Pair implements AutoCloseable {
        final MemoryHosts hosts;
        final Trainer here;
        final SwarmTrainer there;

        Pair(TestModel model) throws IOException {
            hosts = new MemoryHosts(model, HOSTS, new AdamWExpertOptimizer());
            here = new Trainer(model.config(), model.whole(), data, CLOCK);
            there = new SwarmTrainer(model.config(), hosts.swarm(), data, CLOCK);
        }

        void assertEqualSteps(int steps) {
            assertThat(Curve.of(there::step, steps)).isEqualTo(Curve.of(here::step, steps));
            assertEqualWeights();
        }

        void assertEqualWeights() {
            assertThat(TestModel.trunkHashes(there.model()))
                    .isEqualTo(TestModel.trunkHashes(here.model()));
            assertThat(hosts.hashes()).isEqualTo(TestModel.expertHashes(here.model()));
            assertThat(there.trainer().progress()).isEqualTo(here.progress());
        }

        @Override
        public void close() {
            hosts.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TestModel.CHAIN, TestModel.TOP_K})
    void stepsAreThoseOfOneProcess(String name) throws IOException {
        try (var pair = new Pair(TestModel.named(name))) {
            assertThat(pair.there.model().experts()).isEmpty();
            pair.assertEqualSteps(8);
            assertThat(pair.there.steps()).isEqualTo(new StepCounts(8, 0, 0, 0));
            assertThat(pair.there.calls().degradedRows()).isZero();
            assertThat(pair.there.calls().lostGradientRows()).isZero();
        }
    }

    @Test
    void accumulatedGradientsAndBalancingBiasesAreThoseOfOneProcess() throws IOException {
        TestModel model =
                TestModel.named(
                        TestModel.CHAIN,
                        "accumulation=3",
                        "model.feedForward.router.selectionBias=true",
                        "model.feedForward.balance.biasUpdateRate=0.01");
        try (var pair = new Pair(model)) {
            pair.assertEqualSteps(5);
        }
    }

    @Test
    void expertsBehindAFrozenTrunkLearnAsInOneProcess() throws IOException {
        try (var pair = new Pair(TestModel.named(TestModel.TOP_K, "trained=experts"))) {
            var before = TestModel.trunkHashes(pair.there.model());
            pair.assertEqualSteps(5);
            assertThat(TestModel.trunkHashes(pair.there.model())).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "experts"})
    void aGradientThatIsNotFiniteChangesNothingAnywhere(String trained) throws IOException {
        try (var pair = new Pair(TestModel.named(TestModel.CHAIN, "trained=" + trained))) {
            pair.assertEqualSteps(3);
            StepMetrics here = withBrokenHead(pair.here.model(), pair.here::step);
            StepMetrics there = withBrokenHead(pair.there.model(), pair.there::step);
            assertThat(here.gradientNorm()).isNaN();
            assertThat(there.gradientNorm()).isNaN();
            pair.assertEqualWeights();
            assertThat(pair.there.steps()).isEqualTo(new StepCounts(3, 1, 0, 0));
            pair.assertEqualSteps(3);
            assertThat(pair.there.trainer().progress().skippedSteps()).isEqualTo(1);
        }
    }

    /// Does a step while the output head is undefined.
    private static StepMetrics withBrokenHead(DecoderModel model, Supplier<StepMetrics> step) {
        try (Scope scope = Scope.open()) {
            Tensor head = model.trunk().getLast().value().detach();
            Tensor good = head.clone();
            head.fill_(new Scalar(Double.NaN));
            StepMetrics metrics = step.get();
            head.copy_(good);
            return metrics;
        }
    }

    @Test
    void aStepThatNoPeerAnswersEndsTheRunAndChangesNothing() throws IOException {
        TestModel model = TestModel.named(TestModel.TOP_K);
        try (var hosts = new MemoryHosts(model, HOSTS, new AdamWExpertOptimizer())) {
            var trainer =
                    new SwarmTrainer(model.config(), hosts.swarm(new NoNetwork()), data, CLOCK);
            var before = TestModel.trunkHashes(trainer.model());
            assertThatThrownBy(trainer::step)
                    .isInstanceOf(TrainingException.class)
                    .hasMessageStartingWith("no peer answered for any expert");
            assertThat(TestModel.trunkHashes(trainer.model())).isEqualTo(before);
            float[] gradient = Tensors.toFloats(trainer.model().trunk().getLast().gradient());
            assertThat(gradient).containsOnly(0f);
            assertThat(trainer.steps().committed()).isZero();
        }
    }

    private static final class NoNetwork implements ExpertTransport {
        @Override
        public <A> void send(
                PeerId peer, ExpertRequest<A> request, Consumer<ExpertReply<A>> whenAnswered) {
            whenAnswered.accept(new Unreachable<>("no network"));
        }
    }

    @Test
    void aDenseModelIsRefused() {
        TestModel model = TestModel.named(TestModel.TOP_K);
        try (var hosts = new MemoryHosts(model, 1, new AdamWExpertOptimizer())) {
            TestModel dense = TestModel.named(TestModel.TOP_K, "model.feedForward.kind=dense");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new SwarmTrainer(dense.config(), hosts.swarm(), data, CLOCK))
                    .withMessageContaining("dense");
        }
    }
}
