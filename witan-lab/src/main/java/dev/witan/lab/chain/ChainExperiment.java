// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import dev.witan.engine.Engine;
import dev.witan.train.metrics.StepMetrics;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The chain experiment: trains every system with every seed, then reports.
///
/// Runs are kept in a folder as they finish; an experiment started again with the same settings
/// goes on with those that are missing. All systems have a seed before the next seed begins, so an
/// unfinished experiment has whole pairs.
///
/// **Threads** one experiment at a time in a process.
public final class ChainExperiment {
    private final ChainBudget budget;
    private final ChainData data;
    private final RunStore store;

    /// An experiment.
    ///
    /// @param folder where finished runs are kept; created if missing
    public ChainExperiment(ChainBudget budget, ChainData data, Path folder) {
        this.budget = budget;
        this.data = data;
        this.store = new RunStore(folder);
    }

    /// Trains what is missing.
    ///
    /// **Errors** a file in the folder that belongs to another experiment →
    /// [dev.witan.train.data.DataException], before anything is trained. If the thread is
    /// interrupted the current run is lost and the finished ones are kept: [InterruptedException].
    public ChainReport run(ChainListener listener) throws IOException, InterruptedException {
        List<ChainRun.Key> keys = keys();
        List<Optional<ChainRun>> found = new ArrayList<>();
        for (ChainRun.Key key : keys) {
            found.add(store.find(key));
        }
        var watch = new Watch(keys, found, listener);
        List<ChainRun> runs = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            Optional<ChainRun> finished = found.get(i);
            runs.add(finished.isPresent() ? finished.get() : train(keys.get(i), watch));
        }
        return ChainReport.of(budget, data.description(), Engine.start().threads(), runs);
    }

    /// How many of the runs are finished.
    ///
    /// **Errors** as [#run].
    public int finishedRuns() throws IOException {
        int finished = 0;
        for (ChainRun.Key key : keys()) {
            finished += store.find(key).isPresent() ? 1 : 0;
        }
        return finished;
    }

    private ChainRun train(ChainRun.Key key, Watch watch) throws IOException, InterruptedException {
        ChainRun run =
                new ChainTraining(budget, key, data).run(metrics -> watch.step(key, metrics));
        store.save(run);
        watch.finished(key);
        // The model's native memory is freed when the collector finds it; without this several
        // models could wait for that.
        System.gc();
        return run;
    }

    private List<ChainRun.Key> keys() {
        List<ChainRun.Key> keys = new ArrayList<>();
        String validation = data.validation().sha256();
        for (long seed : budget.seeds()) {
            String training = data.training(seed).domains().getFirst().sha256();
            for (ChainSystem system : budget.systems()) {
                keys.add(
                        new ChainRun.Key(
                                system,
                                seed,
                                budget.shape(),
                                budget.tokens(),
                                budget.batchSize(),
                                budget.learningRate(),
                                budget.evaluations(),
                                budget.validationBytes(),
                                training,
                                validation));
            }
        }
        return keys;
    }

    /// Turns steps into the share of all work that is done.
    private final class Watch {
        private final long begin = System.nanoTime();
        private final int runs;
        private final double work;
        private final ChainListener listener;
        private int finished;
        private double done;

        Watch(List<ChainRun.Key> keys, List<Optional<ChainRun>> found, ChainListener listener) {
            double missing = 0;
            for (int i = 0; i < keys.size(); i++) {
                missing += found.get(i).isPresent() ? 0 : work(keys.get(i));
            }
            this.runs = keys.size();
            this.work = missing;
            this.finished = (int) found.stream().filter(Optional::isPresent).count();
            this.listener = listener;
        }

        void step(ChainRun.Key key, StepMetrics metrics) {
            double share = (double) metrics.step() / budget.steps();
            listener.progressed(
                    new ChainListener.Progress(
                            finished,
                            runs,
                            key.system().label() + " seed " + key.seed(),
                            (int) metrics.step(),
                            budget.steps(),
                            metrics.loss(),
                            metrics.tokensPerSecond(),
                            (done + share * work(key)) / work,
                            Duration.ofNanos(System.nanoTime() - begin)));
        }

        void finished(ChainRun.Key key) {
            finished++;
            done += work(key);
        }

        private double work(ChainRun.Key key) {
            return ChainSize.of(key.system(), key.shape()).trainingFlops();
        }
    }
}
