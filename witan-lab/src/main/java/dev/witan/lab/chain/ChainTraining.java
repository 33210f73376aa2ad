// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import dev.witan.engine.Precision;
import dev.witan.model.DecoderModel;
import dev.witan.model.ModelBuilder;
import dev.witan.train.data.TrainingData;
import dev.witan.train.loop.CheckpointConfig;
import dev.witan.train.loop.Evaluation;
import dev.witan.train.loop.EvaluationConfig;
import dev.witan.train.loop.Evaluator;
import dev.witan.train.loop.TrainConfig;
import dev.witan.train.loop.TrainedPart;
import dev.witan.train.loop.Trainer;
import dev.witan.train.metrics.RoutingMetrics;
import dev.witan.train.metrics.StepMetrics;
import dev.witan.train.optimizer.AdamWConfig;
import dev.witan.train.optimizer.Schedule;
import dev.witan.train.report.ExpertLoad;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Trains one system with one seed and measures it on the way.
///
/// AdamW with β (0.9, 0.95), decay 0.01, clipping at 1; a tenth of the steps warms up, then the
/// rate is constant; float32.
final class ChainTraining {
    private static final double WARMUP = 0.1;
    private static final int TRAINING_POINTS = 100;
    private static final int OVERLAP_STEPS = 10;

    private final ChainBudget budget;
    private final ChainRun.Key key;
    private final ChainSize size;
    private final ChainData data;
    private final Trainer trainer;
    private final Evaluator evaluator;

    private final List<ChainRun.Measured> curve = new ArrayList<>();
    private final List<ChainRun.TrainingLoss> losses = new ArrayList<>();
    private final Map<List<Integer>, double[]> overlaps = new HashMap<>();
    private double lossSum;
    private int lossCount;
    private double seconds;

    ChainTraining(ChainBudget budget, ChainRun.Key key, ChainData data) throws IOException {
        this.budget = budget;
        this.key = key;
        this.size = ChainSize.of(key.system(), key.shape());
        this.data = data;
        this.evaluator = new Evaluator(budget.batchSize(), budget.validationWindows());
        this.trainer = trainer(budget, key.system(), key.seed(), data.training(key.seed()));
    }

    /// A trainer at the start of a run.
    static Trainer trainer(ChainBudget budget, ChainSystem system, long seed, TrainingData text)
            throws IOException {
        var config =
                new TrainConfig(
                        system.model(budget.shape()),
                        Precision.FLOAT32,
                        TrainConfig.BYTES,
                        TrainedPart.ALL,
                        AdamWConfig.standard(),
                        new Schedule.Constant(budget.learningRate(), WARMUP),
                        budget.batchSize(),
                        1,
                        budget.steps(),
                        seed,
                        new EvaluationConfig(0, 0, 0),
                        new CheckpointConfig(0, 1),
                        0);
        DecoderModel model = ModelBuilder.random(config.model(), config.precision(), seed);
        return new Trainer(config, model, text, InstantSource.system());
    }

    /// Trains to the end.
    ///
    /// **Errors** if the thread is interrupted the run ends: [InterruptedException].
    ChainRun run(Consumer<StepMetrics> listener) throws IOException, InterruptedException {
        @Nullable Duration cpuBefore = cpuTime();
        int steps = budget.steps();
        Evaluation last = null;
        for (int step = 1; step <= steps; step++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            StepMetrics metrics = trainer.step();
            seconds += budget.tokensPerStep() / metrics.tokensPerSecond();
            record(step, steps, metrics);
            if (isDue(step, steps, budget.evaluations())) {
                last = evaluator.evaluate(trainer.model(), data.validation());
                curve.add(
                        new ChainRun.Measured(
                                metrics.tokens(),
                                metrics.tokens() * size.trainingFlops(),
                                seconds,
                                last.natsPerByte()));
            }
            listener.accept(metrics);
        }
        if (last == null) {
            throw new IllegalStateException("the last step is always evaluated");
        }
        @Nullable Duration cpuAfter = cpuTime();
        long tokens = trainer.progress().tokens();
        return new ChainRun(
                key,
                size,
                steps,
                tokens,
                tokens * size.trainingFlops(),
                seconds,
                cpuBefore == null || cpuAfter == null
                        ? null
                        : cpuAfter.minus(cpuBefore).toMillis() / 1e3,
                trainer.progress().skippedSteps(),
                last.natsPerByte(),
                curve,
                losses,
                last.loads().stream().map(this::load).toList());
    }

    /// Whether step `step` of `steps` ends one of `parts` equal parts.
    private static boolean isDue(int step, int steps, int parts) {
        return (long) step * parts / steps > (long) (step - 1) * parts / steps;
    }

    private void record(int step, int steps, StepMetrics metrics) {
        lossSum += metrics.loss();
        lossCount++;
        if (isDue(step, steps, TRAINING_POINTS)) {
            losses.add(new ChainRun.TrainingLoss(metrics.tokens(), lossSum / lossCount));
            lossSum = 0;
            lossCount = 0;
        }
        if (step > steps - OVERLAP_STEPS) {
            for (RoutingMetrics routing : trainer.routing()) {
                routing.overlapWithPrevious()
                        .ifPresent(overlap -> {
                            double[] sum =
                                    overlaps.computeIfAbsent(
                                            List.of(routing.layer(), routing.iteration()),
                                            _ -> new double[2]);
                            sum[0] += overlap;
                            sum[1]++;
                        });
            }
        }
    }

    private ChainRun.Load load(ExpertLoad load) {
        double[] overlap = overlaps.get(List.of(load.layer(), load.iteration()));
        return new ChainRun.Load(
                load.layer(),
                load.iteration(),
                load.maxOverMean(),
                load.deadExperts(),
                overlap == null ? null : overlap[0] / overlap[1]);
    }

    private static @Nullable Duration cpuTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(null);
    }
}
