// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

class JsonTokenizerTest {
    @Test
    void neverTruncatesNorPads() throws IOException {
        String text = String.join(" ", Collections.nCopies(2_000, "one two three"));
        try (var tokenizer = JsonTokenizer.open(Resources.path("words.json"))) {
            assertThat(tokenizer.encode(text)).hasSize(6_000).startsWith(2, 3, 4);
            assertThat(tokenizer.encode("one")).containsExactly(2);
            assertThat(tokenizer.encode("")).isEmpty();
        }
    }

    @Test
    void promptsGetTheMarksOfTheFile() throws IOException {
        try (var tokenizer = JsonTokenizer.open(Resources.path("words.json"))) {
            assertThat(tokenizer.encodePrompt("two one")).containsExactly(1, 3, 2);
            assertThat(tokenizer.decode(new int[] {1, 3, 2, 9})).isEqualTo("two one");
        }
    }

    @Test
    void vocabularyCountsAddedTokens() throws IOException {
        try (var tokenizer = JsonTokenizer.open(Resources.path("words.json"))) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(10);
            assertThat(tokenizer.endOfText()).isEmpty();
            assertThatThrownBy(() -> tokenizer.decode(new int[] {10}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("token must be in [0, 9], was 10");
        }
        try (var tokenizer = JsonTokenizer.open(Resources.path("pieces.json"))) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(13);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {"'</s>',9", "{\"content\": '</s>'},9", "three,4", "absent,-1"})
    void endOfTextIsTheOneOfTheConfigurationBeside(String token, int id, @TempDir Path folder)
            throws IOException {
        String json = token.startsWith("{") ? "{\"content\": \"</s>\"}" : quoted(token);
        Path file = folder.resolve("tokenizer.json");
        Files.copy(Resources.path("words.json"), file);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": " + json + "}");
        try (var tokenizer = JsonTokenizer.open(file)) {
            assertThat(tokenizer.endOfText().orElse(-1)).isEqualTo(id);
        }
    }

    private static String quoted(String token) {
        return '"' + token.replace("'", "") + '"';
    }

    @Test
    void savesTheFileItRead(@TempDir Path folder) throws IOException {
        Path source = Resources.path("words.json");
        try (var tokenizer = JsonTokenizer.open(source)) {
            Path saved = tokenizer.save(folder);
            assertThat(saved).hasSameBinaryContentAs(source);
            try (var again = Tokenizers.open(folder)) {
                assertThat(again.encode("three")).containsExactly(4);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "``|model.vocab is missing",
                "{|not JSON",
                "{}|model.vocab is missing",
                "{\"model\": {\"vocab\": {\"a\": -3}}}|token id -3",
                "{\"model\": {\"vocab\": {\"a\": 1.5}}}|token id 1.5",
                "{\"model\": {\"type\": \"Nonsense\", \"vocab\": {\"a\": 0}}}|not a tokenizer"
            },
            delimiter = '|')
    void badFilesAreOneLine(String content, String reason, @TempDir Path folder)
            throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), content);
        assertThatThrownBy(() -> Tokenizers.open(file))
                .isInstanceOf(TokenizerException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(reason)
                .hasMessageNotContaining("\n");
    }

    @Test
    void missingFileIsOneLine(@TempDir Path folder) {
        assertThatThrownBy(() -> Tokenizers.open(folder))
                .isInstanceOf(TokenizerException.class)
                .hasMessage(folder.resolve("tokenizer.json") + ": no such file");
    }

    /// Another JVM, told that it runs on a processor for which there is no native library.
    @Test
    @Tag("process")
    void missingNativeLibraryIsOneLineAndBytesDoNotNeedIt(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        var process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Dos.arch=sparc",
                                        "-DDJL_CACHE_DIR=" + folder.resolve("cache"),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        OpenTokenizers.class.getName(),
                                        Resources.path("words.json").toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(output))
                .contains("bytes [104, 105]")
                .contains("words.json: the tokenizers library has no native code for Linux sparc");
    }
}
