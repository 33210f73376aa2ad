// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/// A sink that hands each event to several sinks, in their order.
///
/// A sink that fails does not keep the event from the others: the first failure is thrown at the
/// end, later ones are suppressed in it.
public final class FanOutSink implements MetricsSink {
    private final List<MetricsSink> sinks;

    /// A sink over the given ones, which it owns and closes.
    public FanOutSink(List<? extends MetricsSink> sinks) {
        this.sinks = List.copyOf(sinks);
    }

    @Override
    public void accept(TrainingEvent event) throws IOException {
        forEach(sink -> sink.accept(event));
    }

    @Override
    public void close() throws IOException {
        forEach(MetricsSink::close);
    }

    private void forEach(Action action) throws IOException {
        @Nullable IOException first = null;
        for (MetricsSink sink : sinks) {
            try {
                action.on(sink);
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private interface Action {
        void on(MetricsSink sink) throws IOException;
    }
}
