// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import java.time.Duration;

/// Told how far the experiment has come.
@FunctionalInterface
public interface ChainListener {
    /// How far it has come.
    ///
    /// @param finishedRuns runs done, those of an earlier start included
    /// @param runs all runs
    /// @param label system and seed of the current run
    /// @param step steps of the current run done
    /// @param steps all steps of the current run
    /// @param loss training loss of the step, nats per byte
    /// @param tokensPerSecond of the step
    /// @param fraction share of the work that this start had to do that is done, in [0, 1]
    /// @param elapsed since this start
    record Progress(
            int finishedRuns,
            int runs,
            String label,
            int step,
            int steps,
            double loss,
            double tokensPerSecond,
            double fraction,
            Duration elapsed) {}

    /// Called on the experiment's thread after each step.
    void progressed(Progress progress);
}
