// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import dev.witan.lab.chain.ChainBudget;
import dev.witan.lab.chain.ChainData;
import dev.witan.lab.chain.ChainExperiment;
import dev.witan.lab.chain.ChainListener;
import dev.witan.lab.chain.ChainReport;
import dev.witan.train.config.DidYouMean;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// `witan lab chain`: Chain-of-Experts against mixtures of experts.
@Command(
        name = "chain",
        description = {
            "Chain-of-Experts (Wang et al. 2025) against mixtures of experts, with paired seeds.",
            "Finished runs are kept in the folder of --out (runs/lab-chain-BUDGET if not given);"
                    + " the same command goes on with those that are missing."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  witan lab chain --budget small",
            "  witan lab chain --budget paper-nano --out results",
            "  witan lab chain --data train.txt --valid valid.txt --json"
        })
final class LabChainCommand extends WitanCommand {
    private static final List<String> BUDGETS = List.of("small", "paper-nano");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private OutputOptions output = new OutputOptions();

    @Option(
            names = "--budget",
            paramLabel = "NAME",
            defaultValue = "small",
            description = {
                "small: 18 runs of 0.8 M tokens (default).",
                "paper-nano: 60 runs of 8 M tokens, about a day."
            })
    private String budget = "small";

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "Text to train on; generated word problems if not given.")
    private @Nullable Path data;

    @Option(
            names = "--valid",
            paramLabel = "FILE",
            description = "Text to measure the loss on; goes with --data.")
    private @Nullable Path valid;

    @Option(names = "--seeds", paramLabel = "N", description = "Runs of each system (default 3).")
    private @Nullable Integer seeds;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            description = "Training tokens of a run instead of the budget's.")
    private @Nullable Long tokens;

    LabChainCommand(Console console) {
        super(console);
    }

    @Override
    int run() throws IOException {
        ChainBudget settings = settings();
        ChainData text = text(settings);
        Path folder = output.createOut(Path.of("runs", "lab-chain-" + settings.name()));
        var experiment = new ChainExperiment(settings, text, folder);
        Thread worker = Thread.currentThread();
        return Interruption.guard(worker::interrupt, () -> train(experiment, settings, folder));
    }

    private int train(ChainExperiment experiment, ChainBudget settings, Path folder)
            throws IOException {
        ChainReport report;
        try {
            report = experiment.run(this::show);
        } catch (InterruptedException _) {
            console().clearProgress();
            console()
                    .error(
                            "interrupted; "
                                    + experiment.finishedRuns()
                                    + " of "
                                    + settings.systems().size() * settings.seeds().size()
                                    + " runs are kept in "
                                    + folder
                                    + ", the same command goes on");
            return ExitCodes.INTERRUPTED;
        }
        console().clearProgress();
        report.writeTo(folder);
        console().print(output.json() ? report.json() : report.text());
        return ExitCodes.OK;
    }

    private ChainBudget settings() {
        ChainBudget settings =
                switch (budget) {
                    case "small" -> ChainBudget.small();
                    case "paper-nano" -> ChainBudget.paperNano();
                    default ->
                            throw usage(
                                    "unknown budget '"
                                            + budget
                                            + "'"
                                            + DidYouMean.question(budget, BUDGETS));
                };
        try {
            settings = seeds == null ? settings : settings.withSeeds(seeds);
            return tokens == null ? settings : settings.withTokens(tokens);
        } catch (IllegalArgumentException e) {
            throw usage("--" + e.getMessage());
        }
    }

    private ChainData text(ChainBudget settings) throws IOException {
        if (data == null && valid == null) {
            return ChainData.generated(settings);
        }
        if (data == null || valid == null) {
            throw usage("--data and --valid go together");
        }
        return ChainData.files(data, valid, settings);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void show(ChainListener.Progress progress) {
        double fraction = Math.max(progress.fraction(), 1e-9);
        long millis = progress.elapsed().toMillis();
        var left = Duration.ofMillis((long) (millis * (1 - fraction) / fraction));
        console()
                .progress(
                        String.format(
                                Locale.ROOT,
                                "run %d of %d: %s, step %d of %d, loss %.3f, %.0f tok/s, %d:%02d h"
                                        + " left",
                                progress.finishedRuns() + 1,
                                progress.runs(),
                                progress.label(),
                                progress.step(),
                                progress.steps(),
                                progress.loss(),
                                progress.tokensPerSecond(),
                                left.toHours(),
                                left.toMinutesPart()));
    }
}
