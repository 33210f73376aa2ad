// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A failed write leaves the previous file and nothing else.
class SafetensorsWriterTest {
    @TempDir Path folder;
    private Path target = Path.of("");
    private byte[] previous = new byte[0];

    @BeforeEach
    void writePrevious() throws IOException {
        target = folder.resolve("model.safetensors");
        SafetensorsWriter.write(target, Map.of("step", "1"), List.of(bytes("x", 3)));
        previous = Files.readAllBytes(target);
    }

    @Test
    void writeReplacesThePreviousFile() throws IOException {
        SafetensorsWriter.write(target, Map.of("step", "2"), List.of(bytes("y", 5)));
        try (var file = SafetensorsFile.open(target)) {
            assertThat(file.metadata()).containsEntry("step", "2");
            assertThat(file.tensors().keySet()).containsExactly("y");
        }
        requireNoLitter();
    }

    @Test
    void openFileMayBeReplacedByItsOwnContent() throws IOException {
        try (var file = SafetensorsFile.open(target)) {
            var copy = TensorData.of("x", DType.U8, List.of(3L), file.data("x"));
            SafetensorsWriter.write(target, file.metadata(), List.of(copy));
        }
        requirePrevious();
    }

    @Test
    void failingSourceLeavesThePreviousFile() throws IOException {
        var failing =
                new TensorData(
                        "y",
                        DType.U8,
                        List.of(2L),
                        sink -> {
                            sink.write(MemorySegment.ofArray(new byte[1]));
                            throw new IOException("device lost");
                        });
        assertThatThrownBy(() -> write(failing))
                .isInstanceOf(IOException.class)
                .hasMessage("device lost");
        requirePrevious();
    }

    @Test
    void sourceOfAnotherSizeLeavesThePreviousFile() throws IOException {
        assertThatThrownBy(() -> write(source(7, 3, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("source of tensor \"s\" must supply 7 bytes, supplied 6");
        assertThatThrownBy(() -> write(source(7, 4, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("supplied 8");
        requirePrevious();
    }

    @Test
    void contentThatNoReaderAcceptsIsRefused() throws IOException {
        requireRefused(() -> bytes("__metadata__", 1), "reserved");
        requireRefused(() -> bytes("a\u0000", 1), "control character");
        requireRefused(() -> bytes("\uD83D", 1), "surrogate");
        requireRefused(() -> bytes("n".repeat(4_097), 1), "4097 characters");
        requireRefused(() -> shaped(List.of(-1L)), "negative");
        requireRefused(() -> shaped(Collections.nCopies(9, 1L)), "at most 8 axes");
        requireRefused(() -> shaped(List.of(1L << 32, 1L << 32)), "overflows");
        requireRefused(
                () -> TensorData.of("x", DType.U8, List.of(2L), MemorySegment.ofArray(new byte[1])),
                "must be 2, were 1");
        requireRefused(() -> new TensorData("x", DType.F4, List.of(3L), sink -> {}), "whole bytes");
        requireRefused(() -> write(bytes("a", 1), bytes("a", 2)), "\"a\" appears twice");
        requireRefused(() -> write(metadata("\uDC00"), bytes("a", 1)), "surrogate");
        requireRefused(() -> write(metadata("m".repeat(32 << 20))), "header must have at most");
        var many = Collections.nCopies(65_537, bytes("a", 0));
        requireRefused(() -> SafetensorsWriter.write(target, Map.of(), many), "at most 65536");
        requirePrevious();
    }

    @Test
    void targetThatCannotBeWrittenIsNamed() throws IOException {
        Path orphan = folder.resolve("none/model.safetensors");
        assertThatThrownBy(() -> SafetensorsWriter.write(orphan, Map.of(), List.of()))
                .isInstanceOf(IOException.class)
                .hasMessage(orphan + ": no such directory: " + orphan.getParent());
        assertThatThrownBy(() -> SafetensorsWriter.write(folder, Map.of(), List.of()))
                .isInstanceOf(IOException.class)
                .hasMessage(folder + ": is a directory");
        requirePrevious();
    }

    @Test
    void interruptedWriteLeavesThePreviousFile() throws IOException {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> write(bytes("y", 5))).isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();
        requirePrevious();
    }

    @Test
    @Tag("process")
    void killedWriterLeavesThePreviousFile() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process victim =
                new ProcessBuilder(
                                java,
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledWriter.class.getName(),
                                target.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var output =
                new BufferedReader(new InputStreamReader(victim.getInputStream(), UTF_8))) {
            assertThat(output.readLine()).isEqualTo("half written");
        } finally {
            victim.destroyForcibly().waitFor();
        }
        assertThat(Files.readAllBytes(target)).isEqualTo(previous);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
        writeReplacesOverLitter();
    }

    private void writeReplacesOverLitter() throws IOException {
        SafetensorsWriter.write(target, Map.of(), List.of());
        try (var file = SafetensorsFile.open(target)) {
            assertThat(file.tensors()).isEmpty();
        }
    }

    private void write(TensorData... tensors) throws IOException {
        SafetensorsWriter.write(target, Map.of(), List.of(tensors));
    }

    private void write(Map<String, String> metadata, TensorData... tensors) throws IOException {
        SafetensorsWriter.write(target, metadata, List.of(tensors));
    }

    private static Map<String, String> metadata(String value) {
        return Map.of("key", value);
    }

    private static TensorData bytes(String name, int size) {
        return TensorData.of(
                name, DType.U8, List.of((long) size), MemorySegment.ofArray(new byte[size]));
    }

    private static TensorData shaped(List<Long> shape) {
        return new TensorData("x", DType.U8, shape, sink -> {});
    }

    private static TensorData source(long size, int... pieces) {
        return new TensorData(
                "s",
                DType.U8,
                List.of(size),
                sink -> {
                    for (int piece : pieces) {
                        sink.write(MemorySegment.ofArray(new byte[piece]));
                    }
                });
    }

    private static void requireRefused(ThrowingCallable call, String complaint) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(complaint);
    }

    private void requirePrevious() throws IOException {
        assertThat(Files.readAllBytes(target)).isEqualTo(previous);
        requireNoLitter();
    }

    private void requireNoLitter() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(target);
        }
    }
}
