// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import dev.witan.train.checkpoint.RunFolder;
import dev.witan.train.config.ConfigException;
import dev.witan.train.config.ConfigReader;
import dev.witan.train.config.Presets;
import dev.witan.train.loop.TrainConfig;
import dev.witan.train.loop.TrainedPart;
import dev.witan.train.loop.TrainingRun;
import dev.witan.train.session.TrainingReportFile;
import dev.witan.train.session.TrainingRequest;
import dev.witan.train.session.TrainingSession;
import dev.witan.train.session.TrainingSummary;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `witan train`: trains a language model on text files.
@Command(
        name = "train",
        description =
                "Train a language model on text files, with checkpoints, metrics and a report.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  witan train --preset chain-tiny --data train.txt --valid valid.txt",
            "  witan train --config model.yaml --data a.txt --data b.txt --out runs/ab steps=500",
            "  witan train --resume --out runs/ab --data a.txt --data b.txt",
            "  witan train --from runs/ab --only-experts --data c.txt --out runs/abc"
        })
final class TrainCommand extends WitanCommand {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private OutputOptions output = new OutputOptions();

    @Option(names = "--preset", paramLabel = "NAME", description = "Configuration by name.")
    private @Nullable String preset;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration as YAML.")
    private @Nullable Path config;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            required = true,
            arity = "1..*",
            description = "UTF-8 text to train on; several files are several domains.")
    private List<Path> data = new ArrayList<>();

    @Option(
            names = "--valid",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Held-out text; without it the last 5 %% of each data file is held out.")
    private List<Path> valid = new ArrayList<>();

    @Option(names = "--resume", description = "Continue the run in --out.")
    private boolean resume;

    @Option(names = "--from", paramLabel = "DIR", description = "Start from a trained model.")
    private @Nullable Path from;

    @Option(
            names = "--only-experts",
            description = "Train the routed experts; everything else keeps every bit.")
    private boolean onlyExperts;

    @Parameters(
            paramLabel = "key=value",
            arity = "0..*",
            description = "Settings on top of the configuration, such as steps=500 or seed=7.")
    private List<String> settings = new ArrayList<>();

    TrainCommand(Console console) {
        super(console);
    }

    @Override
    int run() throws Exception {
        separateSettings(data);
        separateSettings(valid);
        if (data.isEmpty()) {
            throw usage("--data is missing its file");
        }
        Path out = output.out().orElse(Path.of("runs", name()));
        var request =
                new TrainingRequest(
                        configuration(out),
                        data,
                        valid,
                        out,
                        resume,
                        Optional.ofNullable(from),
                        Map.of("program", "witan " + VersionText.witan()));
        InstantSource clock = InstantSource.system();
        var progress = new TrainProgress(console(), request.config().steps(), clock);
        try (TrainingSession session = TrainingSession.open(request, clock, progress)) {
            if (!output.json()) {
                TrainText.begin(session).forEach(console()::note);
            }
            progress.startsAt(session.progress().step());
            return switch (Interruption.guard(session::stop, () -> train(session))) {
                case FINISHED -> finish(session);
                case INTERRUPTED -> ExitCodes.INTERRUPTED;
            };
        }
    }

    /// `--data a.txt steps=5`: the parser takes all that follows for files.
    private void separateSettings(List<Path> files) {
        for (Path file : List.copyOf(files)) {
            if (file.toString().matches("[A-Za-z][A-Za-z0-9.]*=.*") && Files.notExists(file)) {
                files.remove(file);
                settings.add(file.toString());
            }
        }
    }

    private int finish(TrainingSession session) throws Exception {
        TrainingSummary summary = session.summarise(console()::progress);
        Path report = TrainingReportFile.write(session, summary);
        console().clearProgress();
        if (output.json()) {
            console().json(TrainJson.document(session, summary, report));
        } else {
            TrainText.summary(session, summary).forEach(console()::println);
            console().println("report      " + report);
            console().println("model       " + session.folder());
        }
        return ExitCodes.OK;
    }

    /// Says itself where an interrupted run stopped: after the guard the process is gone.
    private TrainingRun.Outcome train(TrainingSession session) throws IOException {
        TrainingRun.Outcome outcome = session.train();
        console().clearProgress();
        if (outcome == TrainingRun.Outcome.INTERRUPTED) {
            console()
                    .note(
                            "stopped and saved at step "
                                    + session.progress().step()
                                    + "; --resume --out "
                                    + session.folder()
                                    + " continues");
        }
        return outcome;
    }

    private String name() {
        if (preset != null) {
            return preset;
        }
        String file = config == null ? "train" : String.valueOf(config.getFileName());
        return file.replaceFirst("\\.[A-Za-z]+$", "");
    }

    private TrainConfig configuration(Path out) {
        if (preset != null && config != null) {
            throw usage("--preset and --config exclude each other");
        }
        if (onlyExperts && from == null) {
            throw usage("--only-experts needs --from, a trained model to start from");
        }
        List<String> overrides = new ArrayList<>(settings);
        if (onlyExperts) {
            overrides.add("trained=" + TrainedPart.EXPERTS);
        }
        ConfigReader<TrainConfig> reader = TrainConfig.reader();
        Path stored = out.resolve(RunFolder.CONFIG);
        try {
            if (preset != null) {
                return reader.fromPreset(Presets.bundled(), preset, overrides);
            }
            if (config != null) {
                return reader.fromFile(config, overrides);
            }
            if (resume && Files.isRegularFile(stored)) {
                return reader.fromFile(stored, overrides);
            }
            if (from != null) {
                return reader.fromDefaults(overrides);
            }
        } catch (ConfigException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        throw usage(
                "--preset or --config is missing; presets are "
                        + String.join(", ", Presets.bundled().names()));
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
