// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/// Writes the files of a folder so that no reader ever sees half a file, nor half a new folder.
final class FolderWriter {
    private FolderWriter() {}

    /// Writes files into a folder.
    @FunctionalInterface
    interface Content {
        void writeTo(Path folder) throws IOException;
    }

    /// Lets `content` write into a hidden folder, then moves all of it to `dir` if there is none
    /// yet, or else file by file with `last` at the end; other files stay.
    static void write(Path dir, Content content, String last) throws IOException {
        Path target = dir.toAbsolutePath().normalize();
        boolean exists = Files.exists(target);
        if (exists && !Files.isDirectory(target)) {
            throw new NotDirectoryException(dir.toString());
        }
        Path parent = target.getParent();
        Path place = exists || parent == null ? target : Files.createDirectories(parent);
        long random = ThreadLocalRandom.current().nextLong();
        Path temporary = place.resolve(".witan-" + HexFormat.of().toHexDigits(random) + ".tmp");
        create(dir, temporary);
        try {
            content.writeTo(temporary);
            List<Path> files = files(temporary, last);
            for (Path file : files) {
                force(file);
            }
            if (exists) {
                for (Path file : files) {
                    move(file, target.resolve(file.getFileName()));
                }
                Files.delete(temporary);
            } else {
                move(temporary, target);
            }
        } catch (IOException | RuntimeException | Error e) {
            deleteAfter(e, temporary);
            throw e;
        }
    }

    private static void create(Path dir, Path temporary) throws IOException {
        try {
            Files.createDirectory(temporary);
        } catch (AccessDeniedException e) {
            var named = new AccessDeniedException(dir.toString());
            named.initCause(e);
            throw named;
        }
    }

    private static List<Path> files(Path folder, String last) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted(
                            Comparator.comparing((Path file) -> file.endsWith(last))
                                    .thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /// A full or failing disk may refuse this too; the first error is the one to tell.
    private static void deleteAfter(Throwable failure, Path temporary) {
        if (!Files.exists(temporary)) {
            return;
        }
        try (Stream<Path> files = Files.walk(temporary)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
