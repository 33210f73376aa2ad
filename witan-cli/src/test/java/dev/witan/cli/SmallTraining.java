// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import dev.witan.cli.LauncherCheckout.Outcome;
import dev.witan.train.metrics.MetricsJson;
import dev.witan.train.metrics.StepMetrics;
import dev.witan.train.session.TrainingSession;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Command lines that train a model of one layer, whose steps take milliseconds, and runs of them
/// in this JVM.
final class SmallTraining {
    private static final List<String> SETTINGS =
            List.of(
                    "model.layers=1",
                    "model.hidden=16",
                    "model.heads=2",
                    "model.keyValueHeads=2",
                    "model.headWidth=8",
                    "model.context=16",
                    "model.feedForward.width=8",
                    "model.feedForward.sharedWidth=8",
                    // The learning rate must not depend on the number of steps.
                    "schedule=constant",
                    "schedule.warmup=0",
                    "evaluation.every=0",
                    "checkpoint.every=0");

    private SmallTraining() {}

    static Path text(Path file) throws IOException {
        return Files.writeString(file, "1 + 2 = 3\n3 + 5 = 8\n".repeat(60));
    }

    /// `train` with its options; what follows comes last.
    static String[] line(Path text, Path out, String... more) {
        var words = new ArrayList<>(List.of("train", "--preset", "chain-tiny"));
        words.addAll(List.of("--data", text.toString(), "--out", out.toString()));
        words.addAll(SETTINGS);
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    static Outcome run(String... words) {
        RecordedConsole recorded = RecordedConsole.plain();
        Console console = recorded.console();
        int code = Witan.run(console, Commands.commandLine(console), words);
        return new Outcome(code, recorded.out(), recorded.err());
    }

    /// The loss of every step that the folder's metrics tell of.
    static List<Double> losses(Path out) throws IOException {
        return MetricsJson.read(out.resolve(TrainingSession.METRICS)).stream()
                .filter(StepMetrics.class::isInstance)
                .map(event -> ((StepMetrics) event).loss())
                .toList();
    }
}
