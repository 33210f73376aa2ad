// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

final class ErrorMessagesTest {
    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of(new NoSuchFileException("f"), "f: no such file or folder"),
                Arguments.of(new AccessDeniedException("f"), "f: permission denied"),
                Arguments.of(new FileAlreadyExistsException("f"), "f: exists already"),
                Arguments.of(new NotDirectoryException("f"), "f: is not a folder"),
                Arguments.of(new DirectoryNotEmptyException("f"), "f: the folder is not empty"),
                Arguments.of(
                        new FileSystemException("f", null, "No space left on device"),
                        "f: no space left on device"),
                Arguments.of(
                        new FileSystemException("f", null, "Read-only file system"),
                        "f: read-only file system"),
                Arguments.of(new FileSystemException("f"), "f: the file system refused"),
                Arguments.of(new FileNotFoundException("f (gone)"), "f (gone)"),
                Arguments.of(new EOFException(), "the input ended too early"),
                Arguments.of(new MalformedInputException(1), "the input is not valid UTF-8 text"),
                Arguments.of(new IOException("No space left on device"), "No space left on device"),
                Arguments.of(new IOException(), "input or output failed"),
                Arguments.of(new InvalidPathException("a", "odd"), "'a' is not a path: odd"),
                Arguments.of(
                        new UncheckedIOException(new NoSuchFileException("f")),
                        "f: no such file or folder"),
                Arguments.of(
                        new ExecutionException(
                                new UncheckedIOException(new NoSuchFileException("f"))),
                        "f: no such file or folder"),
                Arguments.of(
                        new ExceptionInInitializerError(new UnsatisfiedLinkError("libx.so")),
                        "a library could not be loaded: libx.so"),
                Arguments.of(
                        new IllegalArgumentException("topK must be in [1, 8], was 12"),
                        "topK must be in [1, 8], was 12"),
                Arguments.of(new IllegalStateException("first\nsecond"), "first"),
                Arguments.of(
                        new NullPointerException("x"),
                        "internal error: NullPointerException: x (--verbose shows where)"),
                Arguments.of(
                        new IllegalArgumentException(),
                        "internal error: IllegalArgumentException (--verbose shows where)"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void saysWhatWasWrong(Throwable thrown, String message) {
        assertThat(ErrorMessages.of(thrown)).isEqualTo(message);
        assertThat(ErrorMessages.exitCode(thrown)).isEqualTo(ExitCodes.FAILED);
    }

    static Stream<Throwable> interruptions() {
        return Stream.of(
                new InterruptedException(),
                new CancellationException(),
                new ClosedByInterruptException(),
                new UncheckedIOException(new ClosedByInterruptException()),
                new ExecutionException(new InterruptedException()));
    }

    @ParameterizedTest
    @MethodSource("interruptions")
    void interruptionsAreNoFailures(Throwable thrown) {
        assertThat(ErrorMessages.of(thrown)).isEqualTo("interrupted");
        assertThat(ErrorMessages.exitCode(thrown)).isEqualTo(ExitCodes.INTERRUPTED);
    }

    @Test
    void aCycleOfCausesEnds() {
        var outer =
                new ExecutionException("", null) {
                    @Override
                    public synchronized Throwable getCause() {
                        return this;
                    }
                };
        assertThat(ErrorMessages.of(outer)).contains("internal error");
    }

    @Test
    void exceptionsOfWitanKeepTheirMessage() {
        assertThat(ErrorMessages.of(new CheckpointDamaged("model.safetensors is truncated")))
                .isEqualTo("model.safetensors is truncated");
    }

    private static final class CheckpointDamaged extends RuntimeException {
        CheckpointDamaged(String message) {
            super(message);
        }
    }
}
