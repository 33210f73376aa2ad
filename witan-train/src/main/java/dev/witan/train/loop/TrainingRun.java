// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

import dev.witan.train.data.DomainData;
import dev.witan.train.metrics.MetricsSink;
import dev.witan.train.metrics.RoutingMetrics;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Drives a trainer to its last step, with metrics, measurements and checkpoints on the way.
///
/// **Threads** [#run] one; [#stop] any.
public final class TrainingRun {
    /// Steps between events about each router: they are long, and change slowly.
    private static final int ROUTING_EVERY = 10;

    private final Trainer trainer;
    private final List<DomainData> validation;
    private final CheckpointStore store;
    private final MetricsSink sink;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private long savedStep;

    /// How a run ended.
    public enum Outcome {
        /// All steps are done.
        FINISHED,
        /// [#stop] came first; what was done is saved.
        INTERRUPTED
    }

    /// A run.
    ///
    /// @param validation held-out texts; none for no measurements
    /// @param sink takes every event; stays open
    public TrainingRun(
            Trainer trainer, List<DomainData> validation, CheckpointStore store, MetricsSink sink) {
        this.trainer = trainer;
        this.validation = List.copyOf(validation);
        this.store = store;
        this.sink = sink;
        // A run that was continued is saved already; a new one is not.
        this.savedStep = trainer.progress().step() == 0 ? -1 : trainer.progress().step();
    }

    /// Asks the run to save and end after the step it is in.
    public void stop() {
        stopped.set(true);
    }

    /// Trains until the last step or [#stop], and saves.
    ///
    /// **Errors** what sinks and the store throw; [TrainingException] of the trainer.
    public Outcome run() throws IOException {
        while (!trainer.done() && !stopped.get()) {
            sink.accept(trainer.step());
            long step = trainer.progress().step();
            if (step % ROUTING_EVERY == 0 || trainer.done()) {
                for (RoutingMetrics metrics : trainer.routing()) {
                    sink.accept(metrics);
                }
            }
            boolean measured = !validation.isEmpty() && !trainer.done();
            if (measured && due(step, trainer.config().evaluation().every())) {
                measure(step);
            }
            if (due(step, trainer.config().checkpoint().every())) {
                save();
            }
        }
        save();
        return trainer.done() ? Outcome.FINISHED : Outcome.INTERRUPTED;
    }

    private static boolean due(long step, int every) {
        return every > 0 && step % every == 0;
    }

    private void measure(long step) throws IOException {
        var evaluator =
                new Evaluator(
                        trainer.config().batchSize(), trainer.config().evaluation().windows());
        sink.accept(evaluator.evaluate(trainer.model(), validation).metrics(step));
    }

    private void save() throws IOException {
        if (savedStep != trainer.progress().step()) {
            savedStep = trainer.progress().step();
            store.save(trainer);
        }
    }
}
