// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// Writer of safetensors files that replaces its target in one step.
///
/// The content goes to a hidden file `.witan-*.tmp` in the same folder, is forced to disk and then
/// renamed. Whatever happens before the rename (error, full disk, power loss, `kill -9`), the
/// previous file stays as it was; every error that the process survives also removes the temporary
/// file.
///
/// The bytes depend only on the content, and equal those of the reference library except that
/// metadata is sorted by key (the reference order is random) and left out when empty.
public final class SafetensorsWriter {
    private static final long CHUNK_SIZE = 8 << 20;
    private static final long BOUNCE_SIZE = 1 << 20;

    private SafetensorsWriter() {}

    /// Writes `tensors` and `metadata` to `file`, replacing what was there.
    ///
    /// Sources are asked one after another, in file order, so that a model larger than memory can
    /// be written.
    ///
    /// Errors: `IllegalArgumentException` for content that a reader would refuse (repeated names,
    /// limits) or a source that supplies another number of bytes than its tensor has; `IOException`
    /// naming the file if it cannot be written; what a source throws passes through.
    public static void write(Path file, Map<String, String> metadata, List<TensorData> tensors)
            throws IOException {
        List<TensorData> ordered = HeaderWriter.order(tensors);
        ByteBuffer header = HeaderWriter.bytes(metadata, ordered);
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null || Files.isDirectory(target)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        if (!Files.isDirectory(folder)) {
            throw new FileSystemException(file.toString(), null, "no such directory: " + folder);
        }
        Path temporary = folder.resolve(temporaryName());
        try {
            writeAndForce(file, temporary, header, ordered);
            Files.move(
                    temporary,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException | Error e) {
            deleteAfter(e, temporary);
            throw e;
        }
        forceFolder(folder);
    }

    /// A full or failing disk may refuse this too; the first error is the one to tell.
    private static void deleteAfter(Throwable failure, Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /// Not `Files.createTempFile`: its files are readable by their owner only, and stay so.
    private static String temporaryName() {
        long random = ThreadLocalRandom.current().nextLong();
        return ".witan-" + HexFormat.of().toHexDigits(random) + ".tmp";
    }

    private static void writeAndForce(
            Path file, Path temporary, ByteBuffer header, List<TensorData> ordered)
            throws IOException {
        try (FileChannel channel = create(file, temporary)) {
            var output = new Output(file, channel);
            output.write(header);
            for (TensorData tensor : ordered) {
                long byteSize = tensor.byteSize();
                var sink = new CountingSink(tensor, byteSize, output);
                tensor.source().writeTo(sink);
                sink.requireComplete();
            }
            output.force();
        }
    }

    private static FileChannel create(Path file, Path temporary) throws IOException {
        try {
            return FileChannel.open(
                    temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? "no permission" : e.getReason();
            var named =
                    new FileSystemException(
                            file.toString(),
                            null,
                            "cannot create files in " + temporary.getParent() + ": " + reason);
            named.initCause(e);
            throw named;
        }
    }

    /// Makes the rename itself durable. Windows cannot open a folder and orders renames by itself.
    private static void forceFolder(Path folder) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (FileSystemException notSupported) {
            return;
        }
        try (channel) {
            channel.force(true);
        }
    }

    /// Holds a source to the size of its tensor: neither more nor less bytes reach the file.
    private static final class CountingSink implements TensorData.Sink {
        private final TensorData tensor;
        private final long byteSize;
        private final Output output;
        private long written;

        CountingSink(TensorData tensor, long byteSize, Output output) {
            this.tensor = tensor;
            this.byteSize = byteSize;
            this.output = output;
        }

        @Override
        public void write(MemorySegment bytes) throws IOException {
            if (bytes.byteSize() > byteSize - written) {
                throw wrongSize(written + bytes.byteSize());
            }
            output.write(bytes);
            written += bytes.byteSize();
        }

        void requireComplete() {
            if (written != byteSize) {
                throw wrongSize(written);
            }
        }

        private IllegalArgumentException wrongSize(long supplied) {
            return new IllegalArgumentException(
                    "source of tensor %s must supply %d bytes, supplied %d"
                            .formatted(TensorNames.quote(tensor.name()), byteSize, supplied));
        }
    }

    /// The temporary file; its errors name the file that the caller asked for.
    private record Output(Path file, FileChannel channel) {
        void write(MemorySegment bytes) throws IOException {
            boolean direct = bytes.isNative();
            long size = bytes.byteSize();
            long step = Math.min(size, direct ? CHUNK_SIZE : BOUNCE_SIZE);
            var bounce = new byte[direct ? 0 : Math.toIntExact(step)];
            for (long done = 0; done < size; done += step) {
                MemorySegment part = bytes.asSlice(done, Math.min(step, size - done));
                if (direct) {
                    write(part.asByteBuffer());
                } else {
                    int count = Math.toIntExact(part.byteSize());
                    MemorySegment.ofArray(bounce).copyFrom(part);
                    write(ByteBuffer.wrap(bounce, 0, count));
                }
            }
        }

        void write(ByteBuffer bytes) throws IOException {
            try {
                while (bytes.hasRemaining()) {
                    int _ = channel.write(bytes);
                }
            } catch (IOException e) {
                throw named(e);
            }
        }

        void force() throws IOException {
            try {
                channel.force(true);
            } catch (IOException e) {
                throw named(e);
            }
        }

        private IOException named(IOException cause) {
            String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
            return new IOException("cannot write " + file + ": " + reason, cause);
        }
    }
}
