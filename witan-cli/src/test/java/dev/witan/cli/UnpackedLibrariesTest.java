// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

final class UnpackedLibrariesTest {
    private static final byte[] LIBRARY = new byte[100];

    private final Path cache;
    private final Path jar;
    private final Path unpacked;
    private final UnpackedLibraries libraries;

    UnpackedLibrariesTest(@TempDir Path dir) throws IOException {
        cache = Files.createDirectory(dir.resolve("cache"));
        jar = dir.resolve("lib-1.jar");
        try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (String name : List.of("org/x/a.so", "org/x/b.so")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(LIBRARY);
                zip.closeEntry();
            }
        }
        unpacked = Files.createDirectories(cache.resolve("lib-1.jar/org/x"));
        libraries = new UnpackedLibraries(cache, List.of(dir.resolve("absent.jar"), jar));
    }

    @Test
    void deletesShortEmptyAndLongFilesOnly() throws IOException {
        Files.write(unpacked.resolve("a.so"), new byte[99]);
        Files.write(unpacked.resolve("b.so"), LIBRARY);
        Files.write(unpacked.resolve("other.txt"), new byte[1]);
        assertThat(libraries.deleteDamaged()).isEqualTo(1);
        assertThat(unpacked.resolve("a.so")).doesNotExist();
        assertThat(unpacked.resolve("b.so")).exists();
        assertThat(unpacked.resolve("other.txt")).exists();

        Files.write(unpacked.resolve("a.so"), new byte[0]);
        Files.write(unpacked.resolve("b.so"), new byte[101]);
        assertThat(libraries.deleteDamaged()).isEqualTo(2);
    }

    @Test
    void leavesACompleteOrMissingSetAlone() throws IOException {
        assertThat(libraries.deleteDamaged()).isZero();
        Files.write(unpacked.resolve("a.so"), LIBRARY);
        Files.write(unpacked.resolve("b.so"), LIBRARY);
        assertThat(libraries.deleteDamaged()).isZero();
        assertThat(unpacked).isDirectoryContaining(file -> file.endsWith("a.so"));
    }
}
