// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Positional reads that fill their destination or say that the file is too short now.
record ExactReader(Path file, FileChannel channel) {
    /// Largest single read; the kernel takes at most 2 GiB, a buffer view at most 2³¹ − 1 bytes.
    private static final long CHUNK_SIZE = 8 << 20;

    /// Heap memory is not read into directly: the JDK would keep a direct buffer as large as it.
    private static final long BOUNCE_SIZE = 1 << 20;

    void read(long position, ByteBuffer destination) throws IOException {
        long next = position;
        while (destination.hasRemaining()) {
            int count = channel.read(destination, next);
            if (count < 0) {
                throw new SafetensorsException(file, "was truncated while open");
            }
            next += count;
        }
    }

    void read(long position, MemorySegment destination) throws IOException {
        boolean direct = destination.isNative();
        long size = destination.byteSize();
        long step = Math.min(size, direct ? CHUNK_SIZE : BOUNCE_SIZE);
        ByteBuffer bounce = ByteBuffer.allocate(direct ? 0 : Math.toIntExact(step));
        for (long done = 0; done < size; done += step) {
            MemorySegment part = destination.asSlice(done, Math.min(step, size - done));
            if (direct) {
                read(position + done, part.asByteBuffer());
            } else {
                bounce.clear().limit(Math.toIntExact(part.byteSize()));
                read(position + done, bounce);
                part.copyFrom(MemorySegment.ofBuffer(bounce.flip()));
            }
        }
    }
}
