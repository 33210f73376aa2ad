// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.witan.engine.Tensors;
import dev.witan.model.DecoderModel;
import dev.witan.model.ModelBuilder;
import dev.witan.model.tokenizer.ByteTokenizer;
import dev.witan.train.data.DataPosition;
import dev.witan.train.data.Domain;
import dev.witan.train.data.DomainData;
import dev.witan.train.data.TrainingData;
import dev.witan.train.metrics.MetricsSink;
import dev.witan.train.metrics.StepMetrics;
import dev.witan.train.metrics.TrainingEvent;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

final class TrainerTest {
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir private Path dir;
    private TrainingData data;

    @BeforeEach
    void read() throws IOException {
        Path file = TinyTraining.text(dir.resolve("sums.txt"), 400);
        data = TrainingData.read(Domain.of(List.of(file)), new ByteTokenizer());
    }

    private Trainer trainer(TrainConfig config) throws IOException {
        DecoderModel model = ModelBuilder.random(config.model(), config.precision(), config.seed());
        return new Trainer(config, model, data, CLOCK);
    }

    private static List<Double> losses(Trainer trainer, int steps) {
        List<Double> losses = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            losses.add(trainer.step().loss());
        }
        return losses;
    }

    @Test
    void equalRunsGiveEqualBitsAndLearn() throws IOException {
        List<Double> first = losses(trainer(TinyTraining.config()), 40);
        assertThat(losses(trainer(TinyTraining.config()), 40)).isEqualTo(first);
        assertThat(first.getLast()).isLessThan(first.getFirst() - 1);
    }

    @Test
    void accumulationEqualsOneBiggerBatch() throws IOException {
        String free = "model.feedForward.balance.sequenceLevel=0";
        Trainer big = trainer(TinyTraining.config(free, "batchSize=8"));
        Trainer parts = trainer(TinyTraining.config(free, "batchSize=2", "accumulation=4"));
        for (int i = 0; i < 3; i++) {
            StepMetrics a = big.step();
            StepMetrics b = parts.step();
            assertThat(b.loss()).isCloseTo(a.loss(), within(1e-4));
            assertThat(b.gradientNorm()).isCloseTo(a.gradientNorm(), within(1e-3));
            assertThat(b.tokens()).isEqualTo(a.tokens());
        }
        assertThat(parts.progress().data()).isEqualTo(new DataPosition(0, 24));
    }

    @Test
    void trainingOnlyExpertsKeepsEveryBitOfTheTrunk() throws IOException {
        Trainer trainer =
                trainer(TinyTraining.config("trained=experts", "optimizer.weightDecay=0.1"));
        DecoderModel model = trainer.model();
        List<float[]> trunk = model.trunk().stream().map(p -> Tensors.toFloats(p.value())).toList();
        List<float[]> experts =
                model.experts().stream().map(p -> Tensors.toFloats(p.value())).toList();
        List<Double> losses = losses(trainer, 5);
        for (int i = 0; i < trunk.size(); i++) {
            assertThat(Tensors.toFloats(model.trunk().get(i).value()))
                    .as(model.trunk().get(i).name())
                    .containsExactly(trunk.get(i));
        }
        for (int i = 0; i < experts.size(); i++) {
            assertThat(Tensors.toFloats(model.experts().get(i).value()))
                    .isNotEqualTo(experts.get(i));
        }
        assertThat(losses.getLast()).isLessThan(losses.getFirst());
    }

    @Test
    void tenGradientsInARowThatAreNotFiniteEndTheRun() throws IOException {
        Trainer trainer = trainer(TinyTraining.config());
        trainer.model()
                .trunk()
                .getFirst()
                .value()
                .detach()
                .fill_(new org.bytedeco.pytorch.Scalar(Double.NaN));
        for (int i = 1; i < 10; i++) {
            trainer.step();
            assertThat(trainer.progress().skippedSteps()).isEqualTo(i);
        }
        assertThatThrownBy(trainer::step)
                .isInstanceOf(TrainingException.class)
                .hasMessage(
                        "the gradient was not finite in 10 steps in a row, up to step 10: lower"
                                + " schedule.peak, or lengthen schedule.warmup");
    }

    @Test
    void lossFreeBalancingMovesTheBias() throws IOException {
        Trainer trainer =
                trainer(
                        TinyTraining.config(
                                "model.feedForward.router.selectionBias=true",
                                "model.feedForward.balance.biasUpdateRate=0.01"));
        losses(trainer, 2);
        assertThat(trainer.routing()).hasSize(4);
        assertThat(new ExpertBiases(trainer.model()).biases())
                .hasSize(4)
                .allSatisfy(bias -> assertThat(bias.values()).isNotEqualTo(new float[7]));
    }

    @Test
    void evaluationCountsEveryTokenOnce() throws IOException {
        Trainer trainer = trainer(TinyTraining.config());
        DomainData text = data.domains().getFirst();
        Evaluation whole = new Evaluator(3, 0).evaluate(trainer.model(), text);
        assertThat(whole.tokens()).isEqualTo(text.tokens().length() - 1);
        assertThat(whole.natsPerByte()).isCloseTo(Math.log(256), within(0.5));
        assertThat(whole.loads())
                .hasSize(4)
                .allSatisfy(load ->
                        assertThat(load.tokensPerExpert().stream().mapToLong(Long::longValue).sum())
                                .isEqualTo(2 * whole.tokens()));
        assertThat(new Evaluator(5, 0).evaluate(trainer.model(), text).nats())
                .isCloseTo(whole.nats(), within(1e-2));
        assertThat(new Evaluator(3, 6).evaluate(trainer.model(), text).tokens())
                .isBetween(48L, 64L);
    }

    @Test
    void stoppedRunSavesOnceAndSaysSo() throws IOException {
        Trainer trainer = trainer(TinyTraining.config());
        List<Long> saved = new ArrayList<>();
        var sink = new StoppingSink();
        var run =
                new TrainingRun(
                        trainer, List.of(), state -> saved.add(state.progress().step()), sink);
        sink.run = run;
        assertThat(run.run()).isEqualTo(TrainingRun.Outcome.INTERRUPTED);
        assertThat(saved).containsExactly(3L);
    }

    private static final class StoppingSink implements MetricsSink {
        private @org.jspecify.annotations.Nullable TrainingRun run;

        @Override
        public void accept(TrainingEvent event) {
            if (event.step() == 3 && run != null) {
                run.stop();
            }
        }

        @Override
        public void close() {}
    }
}
