// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

import dev.witan.engine.Precision;
import dev.witan.model.FeedForwardConfig;
import dev.witan.model.ModelConfig;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.router.TopKRouterConfig;
import dev.witan.train.config.ConfigReader;
import dev.witan.train.optimizer.AdamWConfig;
import dev.witan.train.optimizer.Schedule;

import java.util.Set;

/// Everything that decides what a training run computes, but for the text itself.
///
/// @param model shape of the model; a training row has `model.context` tokens
/// @param precision operands of matrix products; weights and optimiser are float32
/// @param tokenizer `bytes`, or the path of a `tokenizer.json` or of a folder that holds one
/// @param trained which parameters change
/// @param optimizer constants of the optimiser
/// @param schedule the learning rate
/// @param batchSize rows per micro-batch
/// @param accumulation micro-batches per step
/// @param steps optimiser steps of the whole run
/// @param seed of initial weights, of the order of the data and of everything random in a pass
/// @param evaluation how often and how much held-out text is measured
/// @param checkpoint how often the run is saved
/// @param threads threads of the engine, 0 for one per processor; results do not depend on it
public record TrainConfig(
        ModelConfig model,
        Precision precision,
        String tokenizer,
        TrainedPart trained,
        AdamWConfig optimizer,
        Schedule schedule,
        int batchSize,
        int accumulation,
        int steps,
        long seed,
        EvaluationConfig evaluation,
        CheckpointConfig checkpoint,
        int threads) {
    /// The tokenizer name of bytes.
    public static final String BYTES = "bytes";

    /// Keys in which a resumed run may differ from the run it continues.
    public static final Set<String> MAY_CHANGE =
            Set.of("steps", "evaluation", "checkpoint", "threads");

    /// Checks every size.
    public TrainConfig {
        atLeast("batchSize", batchSize, 1);
        atLeast("accumulation", accumulation, 1);
        atLeast("steps", steps, 0);
        atLeast("threads", threads, 0);
        if (threads > 1024) {
            throw new IllegalArgumentException("threads must be in [0, 1024], was " + threads);
        }
        if (tokenizer.isBlank()) {
            throw new IllegalArgumentException(
                    "tokenizer must be '" + BYTES + "' or a path, was '" + tokenizer + "'");
        }
    }

    /// A small mixture of experts over bytes.
    public static TrainConfig standard() {
        return new TrainConfig(
                new ModelConfig(
                        256,
                        4,
                        128,
                        4,
                        4,
                        32,
                        256,
                        10_000,
                        1e-5,
                        false,
                        false,
                        0.02,
                        FeedForwardConfig.moe(
                                TopKRouterConfig.softmax(16, 2).withNormTopK(true),
                                256,
                                0,
                                BalanceConfig.ofSequenceLevel(0.01))),
                Precision.FLOAT32,
                BYTES,
                TrainedPart.ALL,
                AdamWConfig.standard(),
                new Schedule.Cosine(1e-3, 0.1, 0.05),
                8,
                1,
                1000,
                1,
                new EvaluationConfig(100, 64, 256),
                new CheckpointConfig(200, 2),
                0);
    }

    /// A reader of configurations whose absent keys are those of [#standard].
    public static ConfigReader<TrainConfig> reader() {
        return ConfigReader.of(
                TrainConfig.class,
                standard(),
                // For a feed-forward part of another kind, which starts afresh.
                standard().model().feedForward(),
                new Schedule.Constant(1e-3, 0.05),
                new Schedule.Cosine(1e-3, 0.1, 0.05));
    }

    /// Rows per step.
    public int rowsPerStep() {
        return Math.multiplyExact(batchSize, accumulation);
    }

    /// Tokens per step.
    public long tokensPerStep() {
        return (long) rowsPerStep() * model.context();
    }

    /// A copy that trains another number of steps.
    public TrainConfig withSteps(int other) {
        return new TrainConfig(
                model,
                precision,
                tokenizer,
                trained,
                optimizer,
                schedule,
                batchSize,
                accumulation,
                other,
                seed,
                evaluation,
                checkpoint,
                threads);
    }

    /// A copy with another model and another trained part, for fine-tuning.
    public TrainConfig withModel(ModelConfig other, TrainedPart part) {
        return new TrainConfig(
                other,
                precision,
                tokenizer,
                part,
                optimizer,
                schedule,
                batchSize,
                accumulation,
                steps,
                seed,
                evaluation,
                checkpoint,
                threads);
    }

    static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be >= " + least + ", was " + value);
        }
    }
}
