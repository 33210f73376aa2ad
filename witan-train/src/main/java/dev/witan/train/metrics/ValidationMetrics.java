// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

/// The loss on held-out text at one step.
///
/// @param step updates done before the measurement
/// @param tokens held-out tokens that were predicted
/// @param natsPerToken mean loss per token
/// @param natsPerByte summed loss over the bytes of the text; equal to `natsPerToken` for a byte
///   tokenizer
public record ValidationMetrics(long step, long tokens, double natsPerToken, double natsPerByte)
        implements TrainingEvent {
    /// Creates a measurement.
    ///
    /// Errors: a negative `step` or `tokens` is an `IllegalArgumentException`.
    public ValidationMetrics {
        Bounds.atLeastZero("step", step);
        Bounds.atLeastZero("tokens", tokens);
    }
}
