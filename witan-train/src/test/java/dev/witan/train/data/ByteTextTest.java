// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

class ByteTextTest {
    @Test
    void readsAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "aé\0");
        ByteText text = ByteText.open(file);
        assertThat(text.length()).isEqualTo(4);
        int[] tokens = new int[6];
        text.copy(0, tokens, 1, 4);
        assertThat(tokens).containsExactly(0, 'a', 0xC3, 0xA9, 0, 0);
    }

    @Test
    void mappedFilesReadTheSame(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "aé\0€".repeat(999));
        ByteText held = ByteText.open(file);
        ByteText mapped = ByteText.open(file, 1);
        assertThat(mapped.sha256()).isEqualTo(held.sha256());
        assertThat(mapped.length()).isEqualTo(held.length());
        assertThat(mapped.token(6)).isEqualTo(0xAC);
        assertThat(mapped.string(4, 7)).isEqualTo("€");
        Path empty = Files.createFile(folder.resolve("empty.txt"));
        assertThatThrownBy(() -> ByteText.open(empty, 0)).hasMessage(empty + ": is empty");
    }

    @Test
    void hashesTheBytes() {
        assertThat(ByteText.of("abc".getBytes(StandardCharsets.UTF_8)).sha256())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        // A million times a, longer than one chunk of reading would be in a small buffer.
        assertThat(ByteText.of("a".repeat(1_000_000).getBytes(StandardCharsets.UTF_8)).sha256())
                .isEqualTo("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }

    @ParameterizedTest
    @CsvSource({
        "ff,0",
        "61ff,1",
        "c3,0",
        "61c3,1",
        "6161e282,2",
        "e28261,0",
        "eda080,0",
        "f4908080,0",
        "c0af,0",
        "61f09f98,1",
        "c3a9c3,2",
        "80,0"
    })
    void namesTheFirstWrongByte(String hex, long offset, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("bad.txt");
        Files.write(file, HexFormat.of().parseHex(hex));
        assertThatThrownBy(() -> ByteText.open(file))
                .isInstanceOf(DataException.class)
                .hasMessage(file + ": not UTF-8 at byte " + offset);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 7, 8, 13, 64})
    void charactersMayCrossTheChunksOfTheCheck(int chunk) {
        byte[] good = "aé€😀".repeat(9).getBytes(StandardCharsets.UTF_8);
        assertThat(ByteText.of(good).firstNotUtf8(chunk)).isEqualTo(-1);
        for (int wrong = 0; wrong < good.length; wrong++) {
            byte[] bad = good.clone();
            bad[wrong] = (byte) 0xFF;
            long found = ByteText.of(bad).firstNotUtf8(chunk);
            // The character that the byte breaks begins at most three bytes before.
            assertThat(found).isBetween(wrong - 3L, (long) wrong);
            assertThat(found).isEqualTo(ByteText.of(bad).firstNotUtf8(1 << 16));
        }
    }

    @Test
    void unusableFilesAreOneLine(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("none.txt");
        assertThatThrownBy(() -> ByteText.open(missing))
                .isInstanceOf(DataException.class)
                .hasMessage(missing + ": no such file");
        Path empty = Files.createFile(folder.resolve("empty.txt"));
        assertThatThrownBy(() -> ByteText.open(empty))
                .isInstanceOf(DataException.class)
                .hasMessage(empty + ": is empty");
        assertThatThrownBy(() -> ByteText.open(folder))
                .isInstanceOf(DataException.class)
                .hasMessage(folder + ": is a folder, not a text file");
    }

    @Test
    void domainsAreNamedByTheirFiles() throws IOException {
        assertThat(
                        Domain.of(
                                List.of(
                                        Path.of("x/austen.txt"),
                                        Path.of("a.b.c"),
                                        Path.of(".hidden"))))
                .extracting(Domain::name)
                .containsExactly("austen", "a.b", ".hidden");
        assertThatThrownBy(() -> Domain.of(List.of(Path.of("x/a.txt"), Path.of("y/a.md"))))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        Path.of("y/a.md")
                                + ": the domain name a is already taken by "
                                + Path.of("x/a.txt")
                                + ", rename one of the files");
        assertThatThrownBy(() -> Domain.of(List.of(Path.of("/"))))
                .isInstanceOf(DataException.class);
    }
}
