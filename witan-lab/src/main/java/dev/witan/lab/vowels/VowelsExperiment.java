// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/// The vowel experiment: every system, step size and seed, then the report.
///
/// Threads: the runs are independent and each is computed by one thread, so the report does not
/// depend on how many there are.
///
/// Source: Jacobs, Jordan, Nowlan and Hinton 1991, Table 1.
public final class VowelsExperiment {

    private static final int DRAWN_SEED = 1;

    private final VowelSettings settings;
    private final int threads;

    /// The published experiment on all processors.
    public VowelsExperiment() {
        this(VowelSettings.published(), Runtime.getRuntime().availableProcessors());
    }

    /// An experiment with its own settings.
    public VowelsExperiment(VowelSettings settings, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, was " + threads);
        }
        this.settings = settings;
        this.threads = threads;
    }

    /// Trains everything; about a minute on two cores with the published settings.
    ///
    /// Errors: if the calling thread is interrupted, the runs not yet begun are dropped:
    /// [InterruptedException].
    public VowelsReport run(ProgressListener progress) throws InterruptedException {
        VowelData data = VowelData.load();
        var training = new VowelTraining(data, settings);
        List<VowelRun> runs = runAll(plan(), training, progress);
        List<SystemResult> systems = results(VowelSystem.TABLE_1, runs);
        List<SystemResult> ablations = results(VowelSystem.ABLATIONS, runs);
        return VowelsReport.of(
                settings, systems, ablations, runs, drawings(systems, training, data));
    }

    private record Task(VowelSystem system, double learningRate, int seed) {}

    private List<Task> plan() {
        var tasks = new ArrayList<Task>();
        for (VowelSystem system : systems()) {
            for (double learningRate : settings.learningRates()) {
                for (int seed = 1; seed <= settings.seeds(); seed++) {
                    tasks.add(new Task(system, learningRate, seed));
                }
            }
        }
        return tasks;
    }

    private static List<VowelSystem> systems() {
        return Stream.concat(VowelSystem.TABLE_1.stream(), VowelSystem.ABLATIONS.stream()).toList();
    }

    /// Runs the tasks and returns their results in the order of the tasks.
    private List<VowelRun> runAll(
            List<Task> tasks, VowelTraining training, ProgressListener progress)
            throws InterruptedException {
        var runs = new TreeMap<Integer, VowelRun>();
        ExecutorService executor =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().daemon().name("vowels-", 0).factory());
        try {
            var completion = new ExecutorCompletionService<Map.Entry<Integer, VowelRun>>(executor);
            for (int i = 0; i < tasks.size(); i++) {
                int index = i;
                Task task = tasks.get(i);
                completion.submit(() ->
                        Map.entry(
                                index,
                                training.run(task.system(), task.learningRate(), task.seed())));
            }
            for (int done = 1; done <= tasks.size(); done++) {
                Map.Entry<Integer, VowelRun> finished = completion.take().get();
                runs.put(finished.getKey(), finished.getValue());
                progress.progressed(done, tasks.size());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a training run failed", e.getCause());
        } finally {
            executor.shutdownNow();
        }
        return List.copyOf(runs.values());
    }

    private List<SystemResult> results(List<VowelSystem> systems, List<VowelRun> runs) {
        return systems.stream()
                .map(system ->
                        SystemResult.of(
                                system,
                                settings.learningRates(),
                                runs.stream()
                                        .filter(run -> run.system().equals(system.label()))
                                        .toList()))
                .toList();
    }

    /// Decision lines of both mixtures at their best step size, by file name.
    private static Map<String, String> drawings(
            List<SystemResult> systems, VowelTraining training, VowelData data) {
        var drawings = new LinkedHashMap<String, String>();
        for (var mixture : List.of(VowelSystem.MIXTURE_4, VowelSystem.MIXTURE_8)) {
            SystemResult result = systems.get(VowelSystem.TABLE_1.indexOf(mixture));
            if (result.best() != null) {
                double learningRate = result.best().learningRate();
                MixtureTrainee trained = training.trainedMixture(mixture, learningRate, DRAWN_SEED);
                String title =
                        "%s, step size %s, seed %d"
                                .formatted(
                                        mixture.label(),
                                        ReportText.number(learningRate),
                                        DRAWN_SEED);
                drawings.put(
                        "decision-lines-mixture-" + mixture.experts() + ".svg",
                        new DecisionDrawing(data.training(), title).svg(trained));
            }
        }
        return drawings;
    }
}
