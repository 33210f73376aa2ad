// SPDX-License-Identifier: Apache-2.0
/// Metrics of a training run: the events, and the places they go to.
///
/// A [dev.witan.train.metrics.TrainingEvent] is a measurement at a step. A
/// [dev.witan.train.metrics.MetricsSink] takes events: TensorBoard event files
/// ([dev.witan.train.metrics.TensorBoardSink]), JSON lines
/// ([dev.witan.train.metrics.JsonLinesSink]), or several sinks at once
/// ([dev.witan.train.metrics.FanOutSink]). Nothing here needs tensors.
///
/// Units: losses are nats, entropies are nats, times are UTC.
@NullMarked
package dev.witan.train.metrics;

import org.jspecify.annotations.NullMarked;
