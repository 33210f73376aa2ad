// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.session;

import dev.witan.model.DecoderModel;
import dev.witan.model.LoadedModel;
import dev.witan.model.ModelBuilder;
import dev.witan.model.ModelFiles;
import dev.witan.model.tokenizer.ByteTokenizer;
import dev.witan.model.tokenizer.Tokenizer;
import dev.witan.model.tokenizer.Tokenizers;
import dev.witan.train.ablation.Ablations;
import dev.witan.train.baseline.ByteCountModel;
import dev.witan.train.checkpoint.Checkpoint;
import dev.witan.train.checkpoint.RunFolder;
import dev.witan.train.data.DataException;
import dev.witan.train.data.DomainData;
import dev.witan.train.data.TrainingData;
import dev.witan.train.loop.Evaluation;
import dev.witan.train.loop.Evaluator;
import dev.witan.train.loop.TrainConfig;
import dev.witan.train.loop.Trainer;
import dev.witan.train.loop.TrainingException;
import dev.witan.train.loop.TrainingProgress;
import dev.witan.train.loop.TrainingRun;
import dev.witan.train.metrics.FanOutSink;
import dev.witan.train.metrics.JsonLinesSink;
import dev.witan.train.metrics.JsonLinesWriter;
import dev.witan.train.metrics.MetricsSink;
import dev.witan.train.metrics.RoutingMetrics;
import dev.witan.train.metrics.TensorBoardSink;
import dev.witan.train.metrics.TensorBoardWriter;
import dev.witan.train.report.Ablation;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One training session: opened, trained, summed up, closed.
///
/// **Threads** one; [#stop] any.
public final class TrainingSession implements AutoCloseable {
    /// The file of the metrics.
    public static final String METRICS = "metrics.jsonl";

    private static final String TENSORBOARD = "tensorboard";
    private static final int BASELINE_ORDER = 4;

    private final TrainingRequest request;
    private final TrainConfig config;
    private final InstantSource clock;
    private final RunFolder folder;
    private final Tokenizer tokenizer;
    private final TrainingTexts texts;
    private final Trainer trainer;
    private final MetricsSink sink;
    private final TrainingRun run;

    private TrainingSession(
            TrainingRequest request, InstantSource clock, Opened opened, MetricsSink watcher)
            throws IOException {
        this.request = request;
        this.config = opened.trainer.config();
        this.clock = clock;
        this.folder = opened.folder;
        this.tokenizer = opened.tokenizer;
        this.texts = opened.texts;
        this.trainer = opened.trainer;
        this.sink = sink(watcher);
        this.run = new TrainingRun(trainer, texts.validation(), this::save, sink);
    }

    private record Opened(
            RunFolder folder, Tokenizer tokenizer, TrainingTexts texts, Trainer trainer) {}

    /// Opens texts, model and folder; the folder is only touched when all else is in order.
    ///
    /// @param watcher sees every event, after the files of the run; the session closes it
    ///
    ///   **Errors** an `IOException` or [dev.witan.train.config.ConfigException] of one line.
    public static TrainingSession open(
            TrainingRequest request, InstantSource clock, MetricsSink watcher) throws IOException {
        if (request.config().threads() > 0) {
            System.setProperty("witan.threads", Integer.toString(request.config().threads()));
        }
        RunFolder resumed = request.resume() ? RunFolder.resume(request.out()) : null;
        Opened opened =
                resumed != null && resumed.hasCheckpoint()
                        ? continued(request, clock, resumed)
                        : fresh(request, clock);
        opened.folder.writeConfig(opened.trainer.config());
        return new TrainingSession(request, clock, opened, watcher);
    }

    private static Opened fresh(TrainingRequest request, InstantSource clock) throws IOException {
        TrainConfig config = request.config();
        if (request.from().isPresent()) {
            LoadedModel loaded = ModelFiles.load(request.from().get(), config.precision());
            TrainConfig adapted = config.withModel(loaded.model().config(), config.trained());
            return begun(request, adapted, loaded.model(), loaded.tokenizer(), clock);
        }
        Tokenizer tokenizer =
                config.tokenizer().equals(TrainConfig.BYTES)
                        ? new ByteTokenizer()
                        : Tokenizers.open(Path.of(config.tokenizer()));
        requireVocabulary(config, tokenizer);
        DecoderModel model = ModelBuilder.random(config.model(), config.precision(), config.seed());
        return begun(request, config, model, tokenizer, clock);
    }

    private static void requireVocabulary(TrainConfig config, Tokenizer tokenizer) {
        if (tokenizer.vocabularySize() > config.model().vocabulary()) {
            throw new TrainingException(
                    "model.vocabulary must be at least "
                            + tokenizer.vocabularySize()
                            + ", the tokenizer's, was "
                            + config.model().vocabulary());
        }
    }

    private static Opened begun(
            TrainingRequest request,
            TrainConfig config,
            DecoderModel model,
            Tokenizer tokenizer,
            InstantSource clock)
            throws IOException {
        TrainingTexts texts = TrainingTexts.read(request.data(), request.validation(), tokenizer);
        var trainer = new Trainer(config, model, texts.training(), clock);
        RunFolder folder =
                request.resume() ? RunFolder.resume(request.out()) : RunFolder.begin(request.out());
        return new Opened(folder, tokenizer, texts, trainer);
    }

    private static Opened continued(TrainingRequest request, InstantSource clock, RunFolder folder)
            throws IOException {
        Checkpoint checkpoint = folder.latest();
        TrainConfig config = request.config();
        if (request.from().isPresent()) {
            config = config.withModel(ModelFiles.config(request.from().get()), config.trained());
        }
        checkpoint.requireSame(config);
        LoadedModel loaded = checkpoint.model(config.precision());
        TrainingTexts texts =
                TrainingTexts.read(request.data(), request.validation(), loaded.tokenizer());
        checkpoint.requireSame(texts.training().provenance());
        var trainer = new Trainer(config, loaded.model(), texts.training(), clock);
        checkpoint.restore(trainer);
        return new Opened(folder, loaded.tokenizer(), texts, trainer);
    }

    private MetricsSink sink(MetricsSink watcher) throws IOException {
        Path out = folder.folder();
        long step = trainer.progress().step();
        boolean resumed = request.resume();
        return new FanOutSink(
                List.of(
                        new JsonLinesSink(
                                resumed
                                        ? JsonLinesWriter.resume(out.resolve(METRICS), step)
                                        : JsonLinesWriter.create(out.resolve(METRICS)),
                                clock),
                        new TensorBoardSink(
                                resumed
                                        ? TensorBoardWriter.resume(
                                                out.resolve(TENSORBOARD), clock, step)
                                        : TensorBoardWriter.open(out.resolve(TENSORBOARD), clock)),
                        watcher));
    }

    /// The configuration that the run follows.
    public TrainConfig config() {
        return config;
    }

    /// The text trained on.
    public TrainingData data() {
        return texts.training();
    }

    /// The held-out text.
    public List<DomainData> validation() {
        return texts.validation();
    }

    /// Whether the held-out text is the end of the files trained on.
    public boolean heldOut() {
        return texts.heldOut();
    }

    /// How far the run has come.
    public TrainingProgress progress() {
        return trainer.progress();
    }

    /// The model.
    public DecoderModel model() {
        return trainer.model();
    }

    /// The folder of the run.
    public Path folder() {
        return folder.folder();
    }

    /// Asks the run to save and end after the step it is in.
    public void stop() {
        run.stop();
    }

    /// Trains to the end, where the model is also saved in the run's folder, or until [#stop].
    public TrainingRun.Outcome train() throws IOException {
        TrainingRun.Outcome outcome = run.run();
        if (outcome == TrainingRun.Outcome.FINISHED) {
            folder.saveModel(trainer, tokenizer, provenance());
        }
        return outcome;
    }

    private void save(Trainer state) throws IOException {
        folder.save(state, tokenizer, provenance());
    }

    /// What files remember about this run.
    public Map<String, String> provenance() {
        Map<String, String> all = new LinkedHashMap<>(request.provenance());
        all.put("date", clock.instant().toString());
        all.put("java", System.getProperty("java.vm.version", "unknown"));
        all.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        all.put("step", Long.toString(trainer.progress().step()));
        all.put("tokens", Long.toString(trainer.progress().tokens()));
        for (DomainData.Provenance data : texts.training().provenance()) {
            all.put("data." + data.name(), data.file() + " sha256 " + data.sha256());
        }
        return all;
    }

    /// Measures the trained model, its baseline and its ablations on the held-out text.
    ///
    /// @param watcher told what is being measured
    public TrainingSummary summarise(java.util.function.Consumer<String> watcher)
            throws IOException {
        Map<String, Evaluation> domains = new LinkedHashMap<>();
        var whole = new Evaluator(config.batchSize(), 0);
        for (DomainData text : texts.validation()) {
            watcher.accept("measuring " + text.domain().name());
            domains.put(text.domain().name(), whole.evaluate(trainer.model(), text));
        }
        Evaluation sum = domains.values().stream().reduce(Evaluation::plus).orElseThrow();
        long step = trainer.progress().step();
        sink.accept(sum.metrics(step));
        for (RoutingMetrics metrics : sum.routing(step)) {
            sink.accept(metrics);
        }
        watcher.accept("fitting the baseline");
        double baseline = baseline();
        List<Ablation> ablations = new ArrayList<>();
        long tokens = ablations(watcher, ablations);
        return new TrainingSummary(
                trainer.progress(),
                sum,
                domains,
                BASELINE_ORDER,
                baseline,
                ablations,
                tokens,
                ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO));
    }

    private double baseline() {
        var counts =
                ByteCountModel.fit(
                        BASELINE_ORDER,
                        texts.training().domains().stream().map(DomainData::text).toList());
        double nats = 0;
        double bytes = 0;
        for (DomainData text : texts.validation()) {
            nats += counts.natsPerByte(text.text()) * text.text().length();
            bytes += text.text().length();
        }
        return nats / bytes;
    }

    private long ablations(java.util.function.Consumer<String> watcher, List<Ablation> ablations)
            throws DataException {
        var evaluator = new Evaluator(config.batchSize(), config.evaluation().ablationWindows());
        long tokens = 0;
        for (var variant : Ablations.of(trainer.model(), config.seed()).entrySet()) {
            watcher.accept("measuring with " + variant.getKey());
            Evaluation result = evaluator.evaluate(variant.getValue(), texts.validation());
            ablations.add(new Ablation(variant.getKey(), result.natsPerByte()));
            tokens = result.tokens();
        }
        return tokens;
    }

    @Override
    public void close() throws IOException {
        sink.close();
        tokenizer.close();
    }
}
