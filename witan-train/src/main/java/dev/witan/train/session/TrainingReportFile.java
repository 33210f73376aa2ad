// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.session;

import dev.witan.train.config.ConfigWriter;
import dev.witan.train.loop.Evaluation;
import dev.witan.train.loop.TrainConfig;
import dev.witan.train.metrics.MetricsJson;
import dev.witan.train.report.DomainLoad;
import dev.witan.train.report.KeyValues;
import dev.witan.train.report.LossHistory;
import dev.witan.train.report.ReportData;
import dev.witan.train.report.TrainingReport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Writes the report of a finished session: one HTML file that needs nothing else.
public final class TrainingReportFile {
    private static final String NAME = "report.html";

    private TrainingReportFile() {}

    /// Writes `report.html` into the run's folder and returns its path.
    public static Path write(TrainingSession session, TrainingSummary summary) throws IOException {
        Path out = session.folder();
        String unit =
                session.config().tokenizer().equals(TrainConfig.BYTES)
                        ? "nats per byte"
                        : "nats per token";
        double bytesPerToken = summary.validation().bytes() / summary.validation().tokens();
        var builder =
                ReportData.titled(
                                "Training of " + out.getFileName(),
                                String.join(", ", session.data().names())
                                        + " · "
                                        + session.provenance().get("date"))
                        .losses(
                                LossHistory.empty(unit)
                                        .withBaseline(
                                                "byte counts of order " + summary.baselineOrder(),
                                                summary.baseline() * bytesPerToken))
                        .events(MetricsJson.read(out.resolve(TrainingSession.METRICS)))
                        .tiles(tiles(summary))
                        .summary(List.of(run(session, summary)))
                        .expertLoads(summary.validation().loads())
                        .domainLoads(domainLoads(summary))
                        .provenance(provenance(session));
        if (summary.ablations().size() > 1) {
            builder.ablations(summary.ablations());
        }
        Path file = out.resolve(NAME);
        TrainingReport.of(builder.build()).write(file);
        return file;
    }

    private static KeyValues tiles(TrainingSummary summary) {
        Evaluation result = summary.validation();
        KeyValues tiles =
                KeyValues.titled("")
                        .with("nats per byte, validation", number(result.natsPerByte()))
                        .with("byte count baseline", number(summary.baseline()));
        return result.loads().isEmpty()
                ? tiles
                : tiles.with("largest max/mean load", number(result.maxOverMean()))
                        .with("dead experts", Long.toString(result.deadExperts()));
    }

    private static KeyValues run(TrainingSession session, TrainingSummary summary) {
        return KeyValues.titled("Run")
                .with("steps", Long.toString(summary.progress().step()))
                .with("steps skipped", Long.toString(summary.progress().skippedSteps()))
                .with("training tokens", Long.toString(summary.progress().tokens()))
                .with("tokens per step", Long.toString(session.config().tokensPerStep()))
                .with("validation tokens", Long.toString(summary.validation().tokens()))
                .with("tokens per ablation", Long.toString(summary.ablationTokens()));
    }

    private static List<DomainLoad> domainLoads(TrainingSummary summary) {
        var loads = new ArrayList<DomainLoad>();
        if (summary.domains().size() > 1) {
            summary.domains()
                    .forEach((name, result) ->
                            result.loads().forEach(load -> loads.add(new DomainLoad(name, load))));
        }
        return loads;
    }

    private static List<KeyValues> provenance(TrainingSession session) {
        KeyValues facts = KeyValues.titled("Provenance");
        for (var fact : session.provenance().entrySet()) {
            facts = facts.with(fact.getKey(), fact.getValue());
        }
        KeyValues config = KeyValues.titled("Configuration");
        for (var entry : ConfigWriter.node(session.config()).flattened().entrySet()) {
            config = config.with(entry.getKey(), entry.getValue());
        }
        return List.of(facts, config);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
