// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.model.DecoderModel;
import dev.witan.moe.Pass;
import dev.witan.train.data.Batch;
import dev.witan.train.data.BatchStream;
import dev.witan.train.data.DataException;
import dev.witan.train.data.TrainingData;
import dev.witan.train.metrics.RoutingMetrics;
import dev.witan.train.metrics.StepMetrics;
import dev.witan.train.optimizer.AdamW;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// Does optimiser steps: batches, forward, backward, clipping, update, balancing.
///
/// A step whose gradient is not finite changes nothing but the position in the data and is counted;
/// ten in a row end the run with a [TrainingException].
///
/// **Threads** one. While a step runs nobody else may use the model.
public final class Trainer {
    private static final int SKIPPED_IN_A_ROW_MAX = 10;

    private final TrainConfig config;
    private final DecoderModel model;
    private final TrainingData data;
    private final InstantSource clock;
    private final StepUpdate stepUpdate;
    private final AdamW optimizer;
    private final ExpertBiases biases;
    private BatchStream batches;
    private TrainingProgress progress = TrainingProgress.START;
    private LoadCount load = new LoadCount();

    /// A trainer at the start of a run.
    ///
    /// **Errors** [DataException] if a domain is shorter than one row.
    public Trainer(TrainConfig config, DecoderModel model, TrainingData data, InstantSource clock)
            throws DataException {
        this(config, model, data, clock, StepUpdate.HERE);
    }

    /// The same for a model with parts elsewhere.
    ///
    /// @param model its parameters are those in this process
    /// @param stepUpdate how a step ends
    public Trainer(
            TrainConfig config,
            DecoderModel model,
            TrainingData data,
            InstantSource clock,
            StepUpdate stepUpdate)
            throws DataException {
        this.config = config;
        this.model = model;
        this.data = data;
        this.clock = clock;
        this.stepUpdate = stepUpdate;
        boolean all = config.trained() == TrainedPart.ALL;
        model.trunk().forEach(parameter -> parameter.setTrainable(all));
        if (!all && config.model().feedForward().iterations() == 0) {
            throw new TrainingException(
                    "only experts are to be trained, but the model is dense and has none");
        }
        this.optimizer = new AdamW(config.optimizer(), all ? model.parameters() : model.experts());
        this.biases = new ExpertBiases(model);
        this.batches = data.batches(config.model().context(), config.seed(), progress.data());
    }

    /// What is trained how.
    public TrainConfig config() {
        return config;
    }

    /// The model being trained.
    public DecoderModel model() {
        return model;
    }

    /// The text trained on.
    public TrainingData data() {
        return data;
    }

    /// The optimiser, whose state a checkpoint saves and fills.
    public AdamW optimizer() {
        return optimizer;
    }

    /// How far the run has come.
    public TrainingProgress progress() {
        return progress;
    }

    /// Whether the configured steps are done.
    public boolean done() {
        return progress.step() >= config.steps();
    }

    /// Continues from `progress`; the weights and the optimiser's state have been filled.
    public void resume(TrainingProgress from) throws DataException {
        batches = data.batches(config.model().context(), config.seed(), from.data());
        optimizer.resume(from.optimizerSteps());
        progress = from;
        model.refresh();
    }

    /// Does one optimiser step.
    ///
    /// **Errors** [TrainingException] if ten gradients in a row were not finite.
    public StepMetrics step() {
        Instant begin = clock.instant();
        long step = progress.step() + 1;
        load = new LoadCount();
        double loss = 0;
        double auxiliary = 0;
        for (int part = 0; part < config.accumulation(); part++) {
            double[] losses = microBatch(step, part);
            loss += losses[0] / config.accumulation();
            auxiliary += losses[1] / config.accumulation();
        }
        double learningRate = config.schedule().at(step, config.steps());
        double norm = update(learningRate);
        long tokens = progress.tokens() + config.tokensPerStep();
        int skipped = Double.isFinite(norm) ? 0 : progress.skippedInARow() + 1;
        progress =
                new TrainingProgress(step, tokens, batches.position(), optimizer.steps(), skipped);
        if (skipped >= SKIPPED_IN_A_ROW_MAX) {
            throw new TrainingException(
                    "the gradient was not finite in "
                            + skipped
                            + " steps in a row, up to step "
                            + step
                            + ": lower schedule.peak, or lengthen schedule.warmup");
        }
        double seconds = Duration.between(begin, clock.instant()).toNanos() / 1e9;
        return new StepMetrics(
                step,
                tokens,
                loss,
                auxiliary,
                learningRate,
                norm,
                config.tokensPerStep() / seconds,
                maxOverMean());
    }

    /// What the routers did in the last step, per layer and iteration.
    public List<RoutingMetrics> routing() {
        return load.metrics(progress.step());
    }

    private double maxOverMean() {
        return load.metrics(0).stream()
                .mapToDouble(RoutingMetrics::maxOverMean)
                .max()
                .orElse(Double.NaN);
    }

    private double[] microBatch(long step, int part) {
        Batch batch = batches.next(config.batchSize());
        long seed = config.seed() * 0x9E3779B97F4A7C15L + step * config.accumulation() + part;
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            int[] inputs = TokenRows.inputs(batch.tokens(), batch.rows());
            Tensor tokens = Tensors.of(inputs, inputs.length);
            Tensor targets =
                    Tensors.of(TokenRows.targets(batch.tokens(), batch.rows()), inputs.length);
            var pass = new Pass(true, seed, batch.rows(), inputs, tape);
            DecoderModel.LossOutput output = model.loss(tokens, targets, pass);
            Tensor total = output.loss();
            for (Tensor auxiliary : output.routing().losses()) {
                total = total.add(auxiliary);
            }
            double loss = Tensors.scalar(output.loss());
            double auxiliary = Tensors.scalar(total) - loss;
            tape.backward(
                    config.accumulation() == 1
                            ? total
                            : total.mul(new Scalar(1.0 / config.accumulation())));
            load.add(output.routing().statistics());
            return new double[] {loss, auxiliary};
        }
    }

    private double update(double learningRate) {
        try (Scope scope = Scope.open()) {
            double norm = stepUpdate.apply(optimizer, learningRate);
            if (Double.isFinite(norm) && config.trained() == TrainedPart.ALL) {
                biases.update(load);
            }
            return norm;
        }
    }
}
