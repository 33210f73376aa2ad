// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.identity.IdentityException.Reason;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/// Durable files that only their owner can read: temporary file, fsync, rename, fsync of the
/// folder.
public final class OwnerFiles {
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private OwnerFiles() {}

    /// Writes a file that must not exist. It appears complete or not at all.
    static void create(Path file, byte[] content) throws IOException {
        Path temporary = write(file, content);
        try {
            link(file, temporary);
        } catch (FileAlreadyExistsException e) {
            throw new IdentityException(
                    Reason.EXISTS,
                    file + " exists and is never overwritten; move it away first",
                    e);
        } finally {
            Files.deleteIfExists(temporary);
        }
        forceFolder(file);
    }

    /// Replaces a file in one step, or makes it.
    public static void replace(Path file, byte[] content) throws IOException {
        Path temporary = write(file, content);
        Files.move(
                temporary,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        forceFolder(file);
    }

    /// The content of a file that nobody else can read.
    ///
    /// **Errors** [IdentityException] `MISSING`, `OPEN_PERMISSIONS`, or `CORRUPT` above `max`
    /// bytes.
    public static byte[] read(Path file, int max) throws IOException {
        checkOwnerOnly(file);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(max + 1);
            if (content.length > max) {
                throw new IdentityException(
                        Reason.CORRUPT, file + " is too large (more than " + max + " bytes)");
            }
            return content;
        }
    }

    /// The error for a damaged file.
    public static IdentityException corrupt(Path file, String what, Exception cause) {
        return new IdentityException(
                Reason.CORRUPT,
                file + " is not a valid " + what + "; restore it from a copy, or remove it",
                cause);
    }

    private static void checkOwnerOnly(Path file) throws IOException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (!OWNER.containsAll(permissions)) {
                throw new IdentityException(
                        Reason.OPEN_PERMISSIONS,
                        file
                                + " has permissions "
                                + PosixFilePermissions.toString(permissions)
                                + "; run: chmod 600 "
                                + file);
            }
        } catch (NoSuchFileException e) {
            throw new IdentityException(Reason.MISSING, file + " does not exist", e);
        } catch (UnsupportedOperationException e) {
            // No POSIX permissions here: the file has those of the owner's folder.
            if (!Files.exists(file)) {
                throw new IdentityException(Reason.MISSING, file + " does not exist", e);
            }
        }
    }

    /// A rename would overwrite; a second name for a complete file cannot.
    private static void link(Path file, Path temporary) throws IOException {
        try {
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // A file system without hard links: not atomic against a second process, which the lock
            // of the data folder keeps out.
            Files.move(temporary, file);
        }
    }

    private static Path write(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        try (FileChannel channel = open(temporary)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        return temporary;
    }

    private static FileChannel open(Path file) throws IOException {
        Set<StandardOpenOption> options =
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FileAttribute<?> attribute = PosixFilePermissions.asFileAttribute(OWNER);
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? FileChannel.open(file, options, attribute)
                : FileChannel.open(file, options);
    }

    private static void forceFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            // Windows cannot open a folder and orders renames by itself.
            if (!System.getProperty("os.name").startsWith("Windows")) {
                throw e;
            }
        }
    }
}
