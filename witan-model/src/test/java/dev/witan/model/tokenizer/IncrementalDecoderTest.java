// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

class IncrementalDecoderTest {
    private final ByteTokenizer bytes = new ByteTokenizer();

    private static String streamed(Tokenizer tokenizer, int... tokens) {
        var decoder = tokenizer.incrementalDecoder();
        var text = new StringBuilder();
        for (int token : tokens) {
            text.append(decoder.accept(token));
        }
        return text.append(decoder.finish()).toString();
    }

    @Test
    void emitsOnlyCompleteCharacters() {
        var decoder = bytes.incrementalDecoder();
        assertThat(decoder.accept(0xF0)).isEmpty();
        assertThat(decoder.accept(0x9F)).isEmpty();
        assertThat(decoder.accept(0x98)).isEmpty();
        assertThat(decoder.accept(0x80)).isEqualTo("😀");
        assertThat(decoder.accept('a')).isEqualTo("a");
        assertThat(decoder.accept(0xE2)).isEmpty();
        assertThat(decoder.accept('b')).isEqualTo("\uFFFDb");
        assertThat(decoder.accept(0xE2)).isEmpty();
        assertThat(decoder.finish()).isEqualTo("\uFFFD");
        assertThat(decoder.finish()).isEmpty();
        assertThat(decoder.accept('c')).isEqualTo("c");
    }

    @Test
    void piecesOfAnyBytesAreTheTextOfAll() {
        var random = new Random(11);
        for (int i = 0; i < 5_000; i++) {
            int[] noise = random.ints(random.nextInt(0, 24), 0x70, 256).toArray();
            assertThat(streamed(bytes, noise)).as("case %d", i).isEqualTo(bytes.decode(noise));
        }
    }

    @Test
    void libraryTokenizerStreamsTheTextOfAll(@TempDir Path folder) throws IOException {
        try (var json = JsonTokenizer.open(bytes.save(folder))) {
            String text = " Zoë paid 5 €\n\n  for 👩‍👩‍👧‍👦\0!";
            assertThat(streamed(json, bytes.encode(text))).isEqualTo(text);
            var random = new Random(13);
            for (int i = 0; i < 200; i++) {
                int[] noise = random.ints(random.nextInt(0, 16), 0x70, 256).toArray();
                assertThat(streamed(json, noise)).as("case %d", i).isEqualTo(json.decode(noise));
            }
        }
    }

    @Test
    void sentencePiecesKeepTheirSpacesAndJoinTheirBytes() throws IOException {
        try (var json = JsonTokenizer.open(Resources.path("pieces.json"))) {
            int[] tokens = json.encode("one twos € a😀");
            assertThat(json.decode(tokens)).isEqualTo("one twos € a😀");
            assertThat(streamed(json, tokens)).isEqualTo("one twos € a😀");
            var decoder = json.incrementalDecoder();
            assertThat(decoder.accept(1)).isEqualTo("one");
            assertThat(decoder.accept(6)).isEmpty();
            assertThat(decoder.accept(7)).isEmpty();
            assertThat(decoder.accept(8)).isEqualTo("€");
            assertThat(decoder.accept(2)).isEqualTo(" two");
        }
    }

    @Test
    void endlessBrokenBytesAreNotHeldForEver() throws IOException {
        try (var json = JsonTokenizer.open(Resources.path("pieces.json"))) {
            var decoder = json.incrementalDecoder();
            var text = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                text.append(decoder.accept(6));
            }
            assertThat(text.length()).isGreaterThan(80);
        }
    }
}
