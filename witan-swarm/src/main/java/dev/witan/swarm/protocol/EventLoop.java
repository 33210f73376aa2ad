// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import java.time.Duration;

/// The one thread that a core runs on, and its time: a real thread in a peer, a queue of events in
/// a simulation.
///
/// Nothing that runs here waits.
public interface EventLoop {
    /// Time since some moment, never going back.
    ///
    /// **Threads** any.
    long nanoTime();

    /// Runs a task after those already given.
    ///
    /// **Threads** any.
    void execute(Runnable task);

    /// Runs a task later.
    ///
    /// **Threads** any.
    Timer schedule(Duration delay, Runnable task);

    /// A task that has not run yet.
    interface Timer {
        /// Gives the task up, if it has not begun.
        void cancel();
    }
}
