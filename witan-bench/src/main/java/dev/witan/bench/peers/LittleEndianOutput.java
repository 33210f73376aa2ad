// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A new file of little-endian numbers, buffered. For one thread.
final class LittleEndianOutput implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final FileChannel channel;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    LittleEndianOutput(Path file) throws IOException {
        channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
    }

    void write(byte[] bytes) throws IOException {
        for (byte value : bytes) {
            reserve(Byte.BYTES);
            buffer.put(value);
        }
    }

    void write(float value) throws IOException {
        reserve(Float.BYTES);
        buffer.putFloat(value);
    }

    void write(long value) throws IOException {
        reserve(Long.BYTES);
        buffer.putLong(value);
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            flush();
        }
    }

    private void reserve(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }
}
