// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// The folder into which JavaCPP unpacks native libraries, one subfolder per jar.
///
/// JavaCPP takes a library that exists for complete. A process killed while it unpacks, or a full
/// disk, leaves a short one, and loading that crashes every JVM from then on. So each command that
/// needs tensors first compares the sizes with those in the jars and deletes what differs; JavaCPP
/// then unpacks it again. JavaCPP's own lock is held meanwhile, so no file is being written.
///
/// @param folder where JavaCPP unpacks
/// @param jars the class path
record UnpackedLibraries(Path folder, List<Path> jars) {
    /// Deletes the damaged libraries of this process's class path. Does nothing if the launcher
    /// named no folder, or if nothing is unpacked yet.
    static void repair() throws IOException {
        String folder = System.getProperty("org.bytedeco.javacpp.cachedir");
        if (folder == null || Files.notExists(Path.of(folder))) {
            return;
        }
        List<Path> jars =
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> entry.endsWith(".jar"))
                        .map(Path::of)
                        .toList();
        new UnpackedLibraries(Path.of(folder), jars).deleteDamaged();
    }

    /// Deletes each unpacked file whose size is not that of its entry in the jar, and returns how
    /// many there were.
    int deleteDamaged() throws IOException {
        int deleted = 0;
        try (FileChannel channel =
                        FileChannel.open(
                                folder.resolve(".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            for (Path jar : jars) {
                Path unpacked = folder.resolve(jar.getFileName());
                if (Files.isDirectory(unpacked)) {
                    deleted += deleteDamaged(jar, unpacked);
                }
            }
        }
        return deleted;
    }

    private static int deleteDamaged(Path jar, Path unpacked) throws IOException {
        int deleted = 0;
        try (var zip = new ZipFile(jar.toFile());
                Stream<Path> walk = Files.walk(unpacked)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String name = unpacked.relativize(file).toString().replace(File.separatorChar, '/');
                ZipEntry entry = zip.getEntry(name);
                if (entry != null && entry.getSize() != Files.size(file)) {
                    Files.delete(file);
                    deleted++;
                }
            }
        }
        return deleted;
    }
}
