// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// One finished run: a system trained with a seed.
///
/// @param key what determines its losses
/// @param size parameters and work
/// @param steps optimiser steps
/// @param tokens training tokens
/// @param flops matrix products of all training tokens, forward and backward
/// @param trainingSeconds wall time of the steps, without evaluation
/// @param cpuSeconds processor time of the run, evaluation included; null if the system does not
///   say
/// @param skippedSteps steps whose gradient was not finite
/// @param validationLoss at the end, nats per byte
/// @param curve validation along the run
/// @param trainingLoss means over a hundredth of the run each
/// @param loads of the validation text at the end, per layer and iteration
public record ChainRun(
        Key key,
        ChainSize size,
        int steps,
        long tokens,
        long flops,
        double trainingSeconds,
        @Nullable Double cpuSeconds,
        long skippedSteps,
        double validationLoss,
        List<Measured> curve,
        List<TrainingLoss> trainingLoss,
        List<Load> loads) {
    public ChainRun {
        curve = List.copyOf(curve);
        trainingLoss = List.copyOf(trainingLoss);
        loads = List.copyOf(loads);
    }

    /// What determines the losses of a run.
    ///
    /// @param trainingText SHA-256
    /// @param validationText SHA-256
    public record Key(
            ChainSystem system,
            long seed,
            ChainShape shape,
            long tokens,
            int batchSize,
            double learningRate,
            int evaluations,
            int validationBytes,
            String trainingText,
            String validationText) {}

    /// A measurement along a run.
    ///
    /// @param validationLoss nats per byte
    public record Measured(
            long tokens, long flops, double trainingSeconds, double validationLoss) {}

    /// A mean of training losses.
    ///
    /// @param tokens at the end of what it is the mean of
    /// @param loss nats per byte
    public record TrainingLoss(long tokens, double loss) {}

    /// What a router did.
    ///
    /// @param maxOverMean largest load over the mean load
    /// @param deadExperts experts without a token
    /// @param overlap share of a token's experts that it had in the iteration before, over the last
    ///   ten training steps; null in the first iteration
    public record Load(
            int layer,
            int iteration,
            double maxOverMean,
            long deadExperts,
            @Nullable Double overlap) {}

    /// Training tokens per second of wall time.
    double tokensPerSecond() {
        return tokens / trainingSeconds;
    }
}
