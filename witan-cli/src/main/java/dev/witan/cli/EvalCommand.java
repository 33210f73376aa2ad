// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import dev.witan.engine.Precision;
import dev.witan.model.LoadedModel;
import dev.witan.model.ModelFiles;
import dev.witan.train.data.Domain;
import dev.witan.train.data.DomainData;
import dev.witan.train.loop.Evaluation;
import dev.witan.train.loop.Evaluator;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// `witan eval`: measures a trained model on a text file.
@Command(
        name = "eval",
        description = "Measure a trained model on a text file, in nats per byte and per token.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  witan eval runs/chain-tiny --data valid.txt",
            "  witan eval runs/chain-tiny --data valid.txt --precision bfloat16 --json"
        })
final class EvalCommand extends WitanCommand {
    private static final int ROWS = 8;

    @Parameters(paramLabel = "DIR", description = "Folder of the model.")
    private @Nullable Path model;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            required = true,
            description = "UTF-8 text to predict.")
    private @Nullable Path data;

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            description = "Operands of matrix products: ${COMPLETION-CANDIDATES}.")
    private KernelType precision = KernelType.FLOAT32;

    @Option(
            names = "--json",
            description = "Print one JSON document to standard output and nothing else there.")
    private boolean json;

    EvalCommand(Console console) {
        super(console);
    }

    @Override
    int run() throws Exception {
        Path dir = Objects.requireNonNull(model, "model");
        List<Domain> domains = Domain.of(List.of(Objects.requireNonNull(data, "data")));
        LoadedModel loaded = ModelFiles.load(dir, Precision.valueOf(precision.name()));
        try (var tokenizer = loaded.tokenizer()) {
            DomainData text = DomainData.read(domains.getFirst(), tokenizer);
            console().progress("measuring " + text.domain().name());
            Evaluation result = new Evaluator(ROWS, 0).evaluate(loaded.model(), text);
            console().clearProgress();
            if (json) {
                console().json(TrainJson.evaluation(result));
            } else {
                TrainText.evaluation(result).forEach(console()::println);
            }
        }
        return ExitCodes.OK;
    }

    /// The names of [Precision], which the parser of options would not read without loading
    /// libtorch's classes.
    enum KernelType {
        FLOAT32,
        BFLOAT16
    }
}
