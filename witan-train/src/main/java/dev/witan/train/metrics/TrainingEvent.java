// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

/// A measurement taken at one step of a training run.
public sealed interface TrainingEvent permits StepMetrics, ValidationMetrics, RoutingMetrics {
    /// The number of optimiser updates done when the measurement was taken; 0 is before the first.
    long step();
}
