// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;

/// Turns what a command threw into the one line its user reads.
final class ErrorMessages {
    private static final int CAUSES_MAX = 16;

    private ErrorMessages() {}

    /// The message for `thrown`, without line breaks and without the name of a Java class, except
    /// for errors of Witan itself.
    static String of(Throwable thrown) {
        Throwable cause = unwrap(thrown);
        return switch (cause) {
            case FileSystemException e -> fileSystem(e);
            case FileNotFoundException e -> text(e, "no such file");
            case EOFException e -> text(e, "the input ended too early");
            case CharacterCodingException _ -> "the input is not valid UTF-8 text";
            case IOException e -> io(e);
            case InvalidPathException e -> "'" + e.getInput() + "' is not a path: " + e.getReason();
            case InterruptedException _ -> "interrupted";
            case CancellationException _ -> "interrupted";
            case OutOfMemoryError e -> outOfMemory(e);
            case LinkageError e -> "a library could not be loaded: " + text(e, name(e));
            case IllegalArgumentException e -> text(e, internal(e));
            case IllegalStateException e -> text(e, internal(e));
            case UnsupportedOperationException e -> text(e, internal(e));
            case RuntimeException e when fromWitan(e) -> text(e, internal(e));
            default -> internal(cause);
        };
    }

    /// The process's exit code for `thrown`.
    static int exitCode(Throwable thrown) {
        return switch (unwrap(thrown)) {
            case InterruptedException _, CancellationException _, ClosedByInterruptException _ ->
                    ExitCodes.INTERRUPTED;
            default -> ExitCodes.FAILED;
        };
    }

    /// The cause below wrappers that add nothing for a user.
    private static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; i < CAUSES_MAX; i++) {
            Throwable next = cause.getCause();
            boolean wrapper =
                    cause instanceof UncheckedIOException
                            || cause instanceof ExecutionException
                            || cause instanceof ExceptionInInitializerError;
            if (!wrapper || next == null) {
                break;
            }
            cause = next;
        }
        return cause;
    }

    private static String fileSystem(FileSystemException e) {
        String reason =
                switch (e) {
                    case NoSuchFileException _ -> "no such file or folder";
                    case AccessDeniedException _ -> "permission denied";
                    case FileAlreadyExistsException _ -> "exists already";
                    case NotDirectoryException _ -> "is not a folder";
                    case DirectoryNotEmptyException _ -> "the folder is not empty";
                    default -> reason(e.getReason());
                };
        return e.getFile() == null ? reason : e.getFile() + ": " + reason;
    }

    private static String reason(@Nullable String reason) {
        return reason == null
                ? "the file system refused"
                : reason.substring(0, 1).toLowerCase(Locale.ROOT) + reason.substring(1);
    }

    private static String io(IOException e) {
        return e instanceof ClosedByInterruptException
                ? "interrupted"
                : firstLine(text(e, "input or output failed"));
    }

    private static String outOfMemory(OutOfMemoryError e) {
        long heapMiB = Runtime.getRuntime().maxMemory() >> 20;
        return "out of memory ("
                + text(e, "Java heap")
                + ", heap limit "
                + heapMiB
                + " MiB); use a smaller model or batch, or set WITAN_JAVA_OPTS=-Xmx...";
    }

    private static boolean fromWitan(RuntimeException e) {
        return e.getClass().getName().startsWith("dev.witan.");
    }

    private static String internal(Throwable e) {
        String message = e.getMessage();
        return "internal error: "
                + name(e)
                + (message == null ? "" : ": " + firstLine(message))
                + " (--verbose shows where)";
    }

    private static String name(Throwable e) {
        return e.getClass().getSimpleName();
    }

    private static String text(Throwable e, String otherwise) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? otherwise : firstLine(message);
    }

    private static String firstLine(String message) {
        return message.strip().lines().findFirst().orElse("");
    }
}
