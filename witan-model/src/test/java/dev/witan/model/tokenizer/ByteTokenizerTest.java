// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;

class ByteTokenizerTest {
    private final ByteTokenizer tokenizer = new ByteTokenizer();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\0",
                "\n\n \t\r\n",
                "plain text",
                " leading",
                "Ġ Ċ ĉ Ā",
                "naïve café",
                "日本語",
                "👩‍👩‍👧‍👦 😀",
                "<|endoftext|> [CLS] <0x41>",
                "a\u0300\uFFFD\uFEFF"
            })
    void roundTripsTextAsItsUtf8Bytes(String text) {
        int[] tokens = tokenizer.encode(text);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(tokens)
                .isEqualTo(IntStream.range(0, bytes.length).map(i -> bytes[i] & 255).toArray());
        assertThat(tokenizer.decode(tokens)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\0",
                "\n\n \t\r\n",
                "plain text",
                " leading",
                "Ġ Ċ ĉ Ā",
                "naïve café",
                "日本語",
                "👩‍👩‍👧‍👦 😀",
                "<|endoftext|> [CLS] <0x41>",
                "a\u0300\uFFFD\uFEFF"
            })
    void savedFileEncodesTheSame(String text, @TempDir Path folder) throws IOException {
        try (var json = JsonTokenizer.open(tokenizer.save(folder))) {
            assertThat(json.encode(text)).isEqualTo(tokenizer.encode(text));
            assertThat(json.encodePrompt(text)).isEqualTo(tokenizer.encodePrompt(text));
            assertThat(json.decode(tokenizer.encode(text))).isEqualTo(text);
        }
    }

    @Test
    void savedFileDecodesEveryByteAndEveryBrokenSequenceTheSame(@TempDir Path folder)
            throws IOException {
        try (var json = JsonTokenizer.open(tokenizer.save(folder))) {
            assertThat(json.vocabularySize()).isEqualTo(256);
            int[] all = IntStream.range(0, 256).toArray();
            assertThat(json.decode(all)).isEqualTo(tokenizer.decode(all));
            for (int b = 0; b < 256; b++) {
                assertThat(json.decode(new int[] {b}))
                        .as("byte %d", b)
                        .isEqualTo(tokenizer.decode(new int[] {b}));
            }
            var random = new Random(7);
            for (int i = 0; i < 500; i++) {
                int[] noise = random.ints(random.nextInt(1, 40), 0x70, 256).toArray();
                assertThat(json.decode(noise)).as("case %d", i).isEqualTo(tokenizer.decode(noise));
            }
        }
    }

    @Test
    void opensAgainFromItsFolderWithoutTheLibrary(@TempDir Path folder) throws IOException {
        tokenizer.save(folder);
        assertThat(Tokenizers.open(folder)).isInstanceOf(ByteTokenizer.class);
    }

    @Test
    void refusesIdsThatAreNoBytes() {
        assertThatThrownBy(() -> tokenizer.decode(new int[] {256}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("token must be in [0, 255], was 256");
        assertThatThrownBy(() -> tokenizer.incrementalDecoder().accept(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nulEndsText() {
        assertThat(tokenizer.endOfText()).hasValue(0);
        assertThat(tokenizer.vocabularySize()).isEqualTo(256);
    }
}
