// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.Precision;
import dev.witan.model.FeedForwardConfig;
import dev.witan.model.ModelBuilder;
import dev.witan.model.ModelConfig;
import dev.witan.model.ModelFiles;
import dev.witan.model.tokenizer.ByteTokenizer;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.layer.ChainConfig;
import dev.witan.moe.router.TopKRouterConfig;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

final class RunCommandTest {
    private static final int CONTEXT = 40;

    @TempDir private static Path folder;

    private final RecordedConsole recorded = RecordedConsole.plain();
    private int linesBefore;

    @BeforeAll
    static void saveAModel() throws IOException {
        var part =
                FeedForwardConfig.chain(
                        TopKRouterConfig.softmax(5, 2),
                        8,
                        3,
                        ChainConfig.standard(2),
                        BalanceConfig.NONE);
        var config =
                new ModelConfig(256, 2, 16, 4, 2, 4, CONTEXT, 1e4, 1e-5, false, false, 0.3, part);
        var model = ModelBuilder.random(config, Precision.FLOAT32, 1);
        ModelFiles.save(model(), model, new ByteTokenizer(), Map.of());
    }

    private static Path model() {
        return folder.resolve("model");
    }

    private int run(Input input, String... args) {
        Console console = recorded.console();
        var verbs = List.of(new RunCommand(console, input));
        return Witan.run(console, Commands.commandLine(console, verbs), args);
    }

    private int run(String... args) {
        return run(new Input(new ByteArrayInputStream(new byte[0]), true), args);
    }

    private JsonNode json(Input input, String... args) {
        RecordedConsole fresh = RecordedConsole.plain();
        var verbs = List.of(new RunCommand(fresh.console(), input));
        int code = Witan.run(fresh.console(), Commands.commandLine(fresh.console(), verbs), args);
        assertThat(code).as(fresh.err()).isEqualTo(ExitCodes.OK);
        return JsonMapper.shared().readTree(fresh.out());
    }

    private static Input piped(byte[] bytes) {
        return new Input(new ByteArrayInputStream(bytes), false);
    }

    private static Input piped(String text) {
        return piped(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theAnswerIsTheSameTwiceAndOnStandardOutputAlone() {
        String dir = model().toString();
        assertThat(run("run", dir, "2 + 2 =", "--max-tokens", "9")).isEqualTo(ExitCodes.OK);
        String once = recorded.out();
        assertThat(run("run", dir, "2 + 2 =", "--max-tokens", "9")).isEqualTo(ExitCodes.OK);
        assertThat(recorded.out()).isEqualTo(once + once);
        assertThat(once).endsWith(System.lineSeparator()).hasSizeGreaterThan(1);
        assertThat(recorded.err()).isEmpty();
    }

    @Test
    void jsonHasTheTextTheTokensAndTheSettings() {
        String dir = model().toString();
        assertThat(run("run", dir, "abc", "--max-tokens", "9")).isEqualTo(ExitCodes.OK);
        JsonNode document = json(piped(""), "run", dir, "abc", "--max-tokens", "9", "--json");
        assertThat(document.path("text").asString() + System.lineSeparator())
                .isEqualTo(recorded.out());
        assertThat(document.path("prompt").asString()).isEqualTo("abc");
        assertThat(document.path("tokens").size()).isEqualTo(9);
        assertThat(document.path("promptTokens").asInt()).isEqualTo(3);
        assertThat(document.path("reason").asString()).isEqualTo("max_tokens");
        assertThat(document.path("settings").path("maxTokens").asInt()).isEqualTo(9);
    }

    @Test
    void samplingOptionsReachTheSampler() {
        String dir = model().toString();
        String[] warm = {"run", dir, "abc", "--temperature", "1.5", "--seed", "3", "--json"};
        JsonNode tokens = json(piped(""), warm).path("tokens");
        assertThat(json(piped(""), warm).path("tokens")).isEqualTo(tokens);
        warm[6] = "4";
        assertThat(json(piped(""), warm).path("tokens")).isNotEqualTo(tokens);
        JsonNode greedy = json(piped(""), "run", dir, "abc", "--json").path("tokens");
        for (String option : List.of("--top-k=1", "--top-p=0.000001", "--min-p=1")) {
            JsonNode narrow =
                    json(piped(""), "run", dir, "abc", "--temperature=2", option, "--json");
            assertThat(narrow.path("tokens")).as(option).isEqualTo(greedy);
        }
    }

    @Test
    void aMissingPromptIsReadFromAPipe() {
        String dir = model().toString();
        JsonNode given = json(piped(""), "run", dir, "zwölf\n", "--json");
        JsonNode read = json(piped("zwölf\n\n"), "run", dir, "--json");
        assertThat(read.path("prompt").asString()).isEqualTo("zwölf\n");
        assertThat(read.path("tokens")).isEqualTo(given.path("tokens"));
        assertThat(read.path("reason").asString()).isIn("context", "end_of_text");
    }

    @Test
    void unusablePromptsAreOneLine() {
        String dir = model().toString();
        assertFails(ExitCodes.USAGE, "PROMPT is missing", run("run", dir));
        assertFails(
                ExitCodes.FAILED,
                "the prompt on standard input is empty",
                run(piped("\n"), "run", dir));
        assertFails(
                ExitCodes.FAILED,
                "not valid UTF-8",
                run(piped(new byte[] {'a', (byte) 0xFF}), "run", dir));
        assertFails(
                ExitCodes.FAILED,
                "the prompt must have fewer tokens than the model's context of 40, had 40",
                run("run", dir, "x".repeat(CONTEXT)));
    }

    @Test
    void unusableOptionsAreOneLine() {
        String dir = model().toString();
        assertFails(
                ExitCodes.USAGE,
                "maxTokens must be >= 1, was 0",
                run("run", dir, "a", "--max-tokens", "0"));
        assertFails(
                ExitCodes.USAGE,
                "topP must be in (0, 1], was 2.0",
                run("run", dir, "a", "--top-p", "2"));
        assertFails(ExitCodes.USAGE, "--top-k", run("run", dir, "a", "--top-k", "many"));
        assertFails(ExitCodes.USAGE, "DIR", run("run"));
    }

    @Test
    void aFolderWithoutAModelIsOneLine() throws IOException {
        String none = folder.resolve("none").toString();
        assertFails(ExitCodes.FAILED, none + ": no such folder", run("run", none, "a"));
        String empty = Files.createDirectories(folder.resolve("empty")).toString();
        assertFails(
                ExitCodes.FAILED,
                empty + ": not a model folder: config.json is missing",
                run("run", empty, "a"));
    }

    private void assertFails(int expected, String message, int code) {
        List<String> lines = recorded.err().lines().toList();
        assertThat(lines).hasSize(linesBefore + 1);
        assertThat(lines.getLast()).startsWith("witan: ").contains(message);
        assertThat(code).isEqualTo(expected);
        assertThat(recorded.out()).isEmpty();
        linesBefore = lines.size();
    }

    @Test
    void verbosePrintsTimingsToStandardError() {
        assertThat(run("--verbose", "run", model().toString(), "abc", "--max-tokens", "5"))
                .isEqualTo(ExitCodes.OK);
        assertThat(recorded.err())
                .hasLineCount(1)
                .matches(
                        "3 tokens of prompt, first token after \\d+ ms, 5 tokens, [\\d.]+ tokens/s,"
                                + " limit of tokens\\R");
    }
}
