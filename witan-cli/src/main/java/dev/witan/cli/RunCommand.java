// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import dev.witan.engine.KernelSettings;
import dev.witan.engine.Precision;
import dev.witan.model.LoadedModel;
import dev.witan.model.ModelFiles;
import dev.witan.model.generation.Generation;
import dev.witan.model.generation.GenerationSettings;
import dev.witan.model.generation.TextGenerator;
import dev.witan.model.sampling.SamplingSettings;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// `witan run`: continues a prompt with a model, as text that appears while it is made.
@Command(
        name = "run",
        description = "Continue a prompt with a trained model.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  witan run runs/tiny \"Question: what is 3 + 4?\"",
            "  witan run runs/tiny --temperature 0.8 --top-p 0.95 --seed 7 < prompt.txt"
        })
final class RunCommand extends WitanCommand {
    private static final int PROMPT_BYTES_MAX = 64 << 20;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "DIR", description = "Folder of the model.")
    private Path folder = Path.of("");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PROMPT",
            description =
                    "Text to continue; read from standard input if missing, without its last"
                            + " line end.")
    private @Nullable String prompt;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Most tokens to generate (default ${DEFAULT-VALUE}).")
    private int maxTokens = 256;

    @Mixin private SamplingOptions sampling = new SamplingOptions();

    @Option(
            names = "--json",
            description = "Print one JSON document to standard output and nothing else there.")
    private boolean json;

    private final Input input;

    RunCommand(Console console, Input input) {
        super(console);
        this.input = input;
    }

    @Override
    int run() throws IOException {
        GenerationSettings settings = settings();
        try (LoadedModel loaded = load(folder)) {
            String text = prompt == null ? promptFromInput() : prompt;
            var generator = new TextGenerator(loaded, System::nanoTime);
            var answer = new StringBuilder();
            Generation generation =
                    generator.generate(
                            text,
                            settings,
                            piece -> {
                                answer.append(piece);
                                if (!json) {
                                    console().print(piece);
                                }
                            });
            if (json) {
                console().json(document(text, answer.toString(), settings, generation));
            } else {
                console().println("");
            }
            if (Witan.verbose(spec.commandLine())) {
                console().note(timings(generation));
            }
        }
        return ExitCodes.OK;
    }

    private GenerationSettings settings() {
        try {
            return new GenerationSettings(sampling.settings(), sampling.seed(), maxTokens);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private String promptFromInput() throws IOException {
        if (input.terminal()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "PROMPT is missing; give it or pipe it into standard input");
        }
        String text = input.text(PROMPT_BYTES_MAX);
        if (text.isEmpty()) {
            throw new IOException("the prompt on standard input is empty");
        }
        return text;
    }

    private static String timings(Generation generation) {
        return String.format(
                Locale.ROOT,
                "%d tokens of prompt, first token after %d ms, %d tokens, %.1f tokens/s, %s",
                generation.promptTokens(),
                generation.timeToFirstToken().toMillis(),
                generation.tokens().size(),
                generation.tokensPerSecond(),
                reason(generation));
    }

    private static String reason(Generation generation) {
        return switch (generation.reason()) {
            case END_OF_TEXT -> "end of text";
            case MAX_TOKENS -> "limit of tokens";
            case CONTEXT -> "context full";
        };
    }

    private static Map<String, Object> document(
            String prompt, String text, GenerationSettings settings, Generation generation) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("prompt", prompt);
        document.put("text", text);
        document.put("tokens", generation.tokens());
        document.put("reason", generation.reason().name().toLowerCase(Locale.ROOT));
        document.put("settings", settings(settings));
        document.put("promptTokens", generation.promptTokens());
        document.put("timeToFirstTokenMs", generation.timeToFirstToken().toNanos() / 1e6);
        document.put("tokensPerSecond", generation.tokensPerSecond());
        return document;
    }

    private static Map<String, Object> settings(GenerationSettings settings) {
        SamplingSettings sampling = settings.sampling();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("temperature", sampling.temperature());
        values.put("topK", sampling.topK());
        values.put("topP", sampling.topP());
        values.put("minP", sampling.minP());
        values.put("seed", settings.seed());
        values.put("maxTokens", settings.maxTokens());
        return values;
    }

    /// One sequence has no company in its batch, so it may take the faster kernels.
    private static LoadedModel load(Path folder) throws IOException {
        return ModelFiles.load(folder, KernelSettings.forDecoding(Precision.FLOAT32));
    }
}
