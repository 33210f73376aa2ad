// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// Frames as bytes.
final class FrameMarshaller implements MethodDescriptor.Marshaller<Frame> {
    /// First byte and check sum.
    private static final int CHUNK_PREFIX = 1 + Integer.BYTES;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public InputStream stream(Frame frame) {
        return switch (frame) {
            case Frame.Header(byte[] bytes) -> {
                byte[] message = new byte[1 + bytes.length];
                message[0] = Frame.HEADER;
                System.arraycopy(bytes, 0, message, 1, bytes.length);
                yield new Message(message);
            }
            case Frame.Broken broken ->
                    throw new IllegalArgumentException("not to be sent: " + broken);
            case Frame.Chunk(MemorySegment data) -> {
                byte[] message = new byte[Math.toIntExact(CHUNK_PREFIX + data.byteSize())];
                message[0] = Frame.CHUNK;
                MemorySegment.copy(
                        data,
                        ValueLayout.JAVA_BYTE,
                        0,
                        message,
                        CHUNK_PREFIX,
                        message.length - CHUNK_PREFIX);
                MemorySegment.ofArray(message).set(INT, 1, checksum(message));
                yield new Message(message);
            }
        };
    }

    @Override
    public Frame parse(InputStream stream) {
        byte[] message;
        try {
            // One byte more than a message may have: gRPC has cut longer ones off already.
            message = stream.readNBytes(WireLimits.MESSAGE + 1);
        } catch (IOException e) {
            return new Frame.Broken("unreadable frame: " + e.getMessage(), true);
        }
        if (message.length == 0) {
            return new Frame.Broken("an empty frame", false);
        }
        MemorySegment memory = MemorySegment.ofArray(message);
        return switch (message[0]) {
            case Frame.HEADER -> new Frame.Header(memory.asSlice(1).toArray(ValueLayout.JAVA_BYTE));
            case Frame.CHUNK -> chunk(message, memory);
            default -> new Frame.Broken("a frame of kind " + message[0], false);
        };
    }

    private static Frame chunk(byte[] message, MemorySegment memory) {
        if (message.length < CHUNK_PREFIX) {
            return new Frame.Broken("a chunk without a check sum", false);
        }
        if (memory.get(INT, 1) != checksum(message)) {
            return new Frame.Broken("a chunk with a wrong check sum", true);
        }
        return new Frame.Chunk(memory.asSlice(CHUNK_PREFIX));
    }

    private static int checksum(byte[] message) {
        var crc = new CRC32C();
        crc.update(message, CHUNK_PREFIX, message.length - CHUNK_PREFIX);
        return (int) crc.getValue();
    }

    /// A message whose length is known and which is written without another copy.
    private static final class Message extends ByteArrayInputStream
            implements KnownLength, Drainable {
        Message(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int size = available();
            target.write(buf, pos, size);
            pos = count;
            return size;
        }
    }
}
