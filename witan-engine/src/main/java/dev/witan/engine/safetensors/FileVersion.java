// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;

/// What is remembered of an open file to notice that somebody wrote into it.
///
/// Replacing or deleting the path is no change: the open file keeps its old content. The time of
/// modification is as fine as the file system keeps it, so a write within the same tick as the
/// previous one goes unseen unless it changes the size.
///
/// @param size bytes at the time of opening
/// @param fileKey identity of the file where the platform has one (not on Windows)
record FileVersion(long size, @Nullable Object fileKey, FileTime modified) {
    static FileVersion of(Path file, FileChannel channel) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileVersion(channel.size(), attributes.fileKey(), attributes.lastModifiedTime());
    }

    void requireSame(Path file, FileChannel channel) throws IOException {
        long sizeNow = channel.size();
        if (sizeNow != size) {
            throw new SafetensorsException(
                    file, "changed from %d to %d bytes while open".formatted(size, sizeNow));
        }
        if (modifiedInPlace(file)) {
            throw new SafetensorsException(file, "was written to while open");
        }
    }

    private boolean modifiedInPlace(Path file) throws IOException {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return fileKey != null
                    && Objects.equals(fileKey, now.fileKey())
                    && !modified.equals(now.lastModifiedTime());
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
