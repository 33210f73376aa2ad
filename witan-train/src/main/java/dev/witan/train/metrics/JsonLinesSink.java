// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import java.io.IOException;
import java.time.InstantSource;

/// A sink that writes every event as one line of JSON; [MetricsJson#read] reads them back.
public final class JsonLinesSink implements MetricsSink {
    private final JsonLinesWriter writer;
    private final InstantSource clock;

    /// A sink over a writer, which it owns and closes; the clock stamps the lines.
    public JsonLinesSink(JsonLinesWriter writer, InstantSource clock) {
        this.writer = writer;
        this.clock = clock;
    }

    @Override
    public void accept(TrainingEvent event) throws IOException {
        writer.write(MetricsJson.encode(event, clock.instant()));
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
