// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.witan.engine.safetensors.MalformedFiles.Malformed;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Hostile and damaged files: each is refused with one line, none is half accepted.
class MalformedFileTest {
    @TempDir Path folder;

    static List<Malformed> malformed() {
        return MalformedFiles.all();
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedFileIsRefusedWithOneLine(Malformed malformed) throws IOException {
        Path file = malformed.writeTo(folder.resolve("bad.safetensors"));
        Throwable thrown = catchThrowable(() -> SafetensorsFile.open(file));
        requireOneLine(thrown, file);
        assertThat(thrown).hasMessageContaining(malformed.complaint());
    }

    @Test
    void corpusHasAVariantForEveryRule() {
        assertThat(malformed()).hasSizeGreaterThan(110);
        assertThat(malformed().stream().map(Malformed::name)).doesNotHaveDuplicates();
    }

    @Test
    void everyTruncationOfAFileIsRefused() throws IOException {
        byte[] whole = RawFile.resource("every-dtype.safetensors");
        for (int length = 0; length < whole.length; length++) {
            Path file = folder.resolve("cut.safetensors");
            Files.write(file, Arrays.copyOf(whole, length));
            requireOneLine(catchThrowable(() -> SafetensorsFile.open(file)), file);
        }
    }

    @Test
    void everyAppendedByteIsRefused() throws IOException {
        byte[] whole = RawFile.resource("every-dtype.safetensors");
        Path file = folder.resolve("long.safetensors");
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("1 bytes after the last tensor");
    }

    @Test
    void headerAboveTheLimitIsRefusedEvenIfTheFileIsThatLong() throws IOException {
        Path file = folder.resolve("sparse.safetensors");
        Files.write(file, RawFile.withLength((32 << 20) + 1, new byte[] {'{', '}'}, 0));
        try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(64 << 20);
        }
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("the limit is 33554432");
    }

    @Test
    void hostileNamesCannotForgeALineOfTheMessage() throws IOException {
        String name = "a\\u001b[2J\\u2028\\u202eb" + "x".repeat(3_000);
        Path file = folder.resolve("name.safetensors");
        Files.write(file, RawFile.withHeader("{" + RawFile.entry(name, 0, 1) + "}", 1));
        Throwable thrown = catchThrowable(() -> SafetensorsFile.open(file));
        requireOneLine(thrown, file);
        assertThat(thrown).hasMessageContaining("a\\u001b[2J\\u2028\\u202eb");
    }

    private static void requireOneLine(Throwable thrown, Path file) {
        assertThat(thrown).isExactlyInstanceOf(SafetensorsException.class);
        String message = String.valueOf(thrown.getMessage());
        assertThat(message).startsWith(file.toString()).hasSizeLessThan(1_500);
        assertThat(message.codePoints()).noneMatch(Character::isISOControl);
        assertThat(((SafetensorsException) thrown).file()).isEqualTo(file);
    }
}
