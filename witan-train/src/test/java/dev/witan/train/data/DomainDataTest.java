// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.model.tokenizer.ByteTokenizer;
import dev.witan.model.tokenizer.JsonTokenizer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class DomainDataTest {
    private static final String TEXT = "One line é€😀.\nAnd 2 more\n\n  indented\nlast";

    private static int[] all(TokenSequence tokens) {
        int[] copy = new int[Math.toIntExact(tokens.length())];
        tokens.copy(0, copy, 0, copy.length);
        return copy;
    }

    @Test
    void bytesAreTokensAndProvenanceNamesTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("lines.txt"), TEXT);
        var data = TrainingData.read(Domain.of(List.of(file)), new ByteTokenizer());
        var domain = data.domains().getFirst();
        assertThat(all(domain.tokens())).isEqualTo(new ByteTokenizer().encode(TEXT));
        assertThat(data.names()).containsExactly("lines");
        assertThat(data.tokens()).isEqualTo(domain.text().length());
        assertThat(data.provenance())
                .containsExactly(
                        new DomainData.Provenance(
                                "lines",
                                "lines.txt",
                                domain.text().length(),
                                domain.text().length(),
                                domain.text().sha256()));
    }

    /// A byte tokenizer behind the library's interface: pieces must neither lose nor double a
    /// token.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 16, 17, 1 << 20})
    void piecesTogetherAreTheWholeText(int pieceSize, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("lines.txt"), TEXT);
        var text = ByteText.of(TEXT.getBytes(StandardCharsets.UTF_8));
        try (var tokenizer = JsonTokenizer.open(new ByteTokenizer().save(folder))) {
            var tokens =
                    DomainData.tokenized(new Domain("lines", file), text, tokenizer, pieceSize);
            assertThat(all(tokens)).isEqualTo(tokenizer.encode(TEXT));
            assertThat(DomainData.read(new Domain("lines", file), tokenizer).tokens())
                    .isInstanceOf(IntTokens.class);
        }
    }
}
