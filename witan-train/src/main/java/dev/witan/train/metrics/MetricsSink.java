// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import java.io.IOException;

/// A place that training events go to.
///
/// Threads: one thread at a time, in the order of the steps.
public interface MetricsSink extends AutoCloseable {
    /// Takes one event; what it writes can be read by others when this returns.
    ///
    /// Errors: `IOException` names the file that could not be written.
    void accept(TrainingEvent event) throws IOException;

    /// Releases the sink's files. Closing twice does nothing.
    @Override
    void close() throws IOException;
}
