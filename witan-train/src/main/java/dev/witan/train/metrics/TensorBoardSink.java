// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import java.io.IOException;

/// A sink that writes every event's scalars to TensorBoard, and tokens per expert as a histogram.
public final class TensorBoardSink implements MetricsSink {
    private final TensorBoardWriter writer;

    /// A sink over a writer, which it owns and closes.
    public TensorBoardSink(TensorBoardWriter writer) {
        this.writer = writer;
    }

    @Override
    public void accept(TrainingEvent event) throws IOException {
        writer.scalars(event.step(), Scalar.of(event));
        if (event instanceof RoutingMetrics routing) {
            writer.histogram(
                    routing.step(),
                    Scalar.routingTag(routing, "tokens_per_expert"),
                    routing.tokensPerExpert());
        }
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
