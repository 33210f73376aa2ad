// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

/// The measurements of one optimiser update.
///
/// Any double may be NaN ("not known") or infinite: a diverged run is reported as it is.
///
/// @param step updates done, this one included
/// @param tokens training tokens seen since the run began
/// @param loss language-model loss of the step's batch, nats per token
/// @param auxiliaryLoss weighted sum of the balancing losses, as added to `loss` for the gradient
/// @param learningRate learning rate of this update
/// @param gradientNorm Euclidean norm of the gradient before clipping
/// @param tokensPerSecond training tokens per second of wall time
/// @param maxOverMean the largest max/mean expert load of all layers and iterations; NaN without
///   experts
public record StepMetrics(
        long step,
        long tokens,
        double loss,
        double auxiliaryLoss,
        double learningRate,
        double gradientNorm,
        double tokensPerSecond,
        double maxOverMean)
        implements TrainingEvent {
    /// Creates a measurement.
    ///
    /// Errors: a negative `step` or `tokens` is an `IllegalArgumentException`.
    public StepMetrics {
        Bounds.atLeastZero("step", step);
        Bounds.atLeastZero("tokens", tokens);
    }
}
