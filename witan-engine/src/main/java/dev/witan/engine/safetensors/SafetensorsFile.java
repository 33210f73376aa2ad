// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// An open safetensors file: its tensors by name, their bytes mapped or copied.
///
/// Opening proves the whole header (see [SafetensorsLimits]); afterwards no offset can leave the
/// file as it was. A file may still be truncated or overwritten by another process: [#copyTo] then
/// throws, whereas memory of [#data] is the page cache itself. Use `copyTo` for anything that is
/// handed to native code.
///
/// Threads: all methods may be called from any thread at once. An interrupt during [#copyTo] closes
/// the file, as for every [FileChannel].
public final class SafetensorsFile implements AutoCloseable {
    private static final int NEAR_NAMES = 3;

    private final Path file;
    private final FileChannel channel;
    private final FileVersion version;
    private final Header header;
    private final Arena arena;
    private final MemorySegment mapped;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SafetensorsFile(
            Path file, FileChannel channel, FileVersion version, Header header, Arena arena)
            throws IOException {
        this.file = file;
        this.channel = channel;
        this.version = version;
        this.header = header;
        this.arena = arena;
        this.mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, version.size(), arena);
    }

    /// Opens `file` and proves its header.
    ///
    /// Errors: [SafetensorsException] if the content is malformed or not a regular file;
    /// `NoSuchFileException` if there is none; another `IOException` if it cannot be read.
    public static SafetensorsFile open(Path file) throws IOException {
        return open(file, BoundsCheck.STRICT);
    }

    /// As [#open(Path)], with rules that a test may have made faulty.
    static SafetensorsFile open(Path file, BoundsCheck bounds) throws IOException {
        requireRegular(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try {
            FileVersion version = FileVersion.of(file, channel);
            Header header = readHeader(file, channel, version.size(), bounds);
            var result = new SafetensorsFile(file, channel, version, header, arena);
            opened = true;
            return result;
        } finally {
            if (!opened) {
                arena.close();
                channel.close();
            }
        }
    }

    /// Opening a pipe would wait for a writer, and a device has no size.
    private static void requireRegular(Path file) throws IOException {
        try {
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                throw new SafetensorsException(file, "not a regular file");
            }
        } catch (NoSuchFileException e) {
            var named = new NoSuchFileException(file.toString(), null, "no such file");
            named.initCause(e);
            throw named;
        }
    }

    private static Header readHeader(
            Path file, FileChannel channel, long fileSize, BoundsCheck bounds) throws IOException {
        try {
            if (fileSize < StrictBounds.PREFIX_SIZE) {
                throw new HeaderFault(
                        "%d bytes are too few for the length of a header".formatted(fileSize));
            }
            var prefix =
                    ByteBuffer.allocate(StrictBounds.PREFIX_SIZE).order(ByteOrder.LITTLE_ENDIAN);
            new ExactReader(file, channel).read(0, prefix);
            long length = prefix.getLong(0);
            bounds.headerLength(length, fileSize);
            var header = ByteBuffer.allocate(Math.toIntExact(length));
            new ExactReader(file, channel).read(StrictBounds.PREFIX_SIZE, header);
            return HeaderReader.read(header.array(), fileSize, bounds);
        } catch (HeaderFault fault) {
            throw new SafetensorsException(file, fault);
        }
    }

    /// Where the file is.
    public Path path() {
        return file;
    }

    /// The `__metadata__` of the header in its order, empty if there is none; unmodifiable.
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /// All tensors by name in the order of their data; unmodifiable.
    public Map<String, TensorInfo> tensors() {
        return header.tensors();
    }

    /// The tensor called `name`.
    ///
    /// Errors: [SafetensorsException] with the nearest names if there is none.
    public TensorInfo tensor(String name) throws SafetensorsException {
        TensorInfo tensor = header.tensors().get(name);
        if (tensor == null) {
            throw new SafetensorsException(file, unknown(name));
        }
        return tensor;
    }

    private String unknown(String name) {
        List<String> near = TensorNames.nearest(name, header.tensors().keySet(), NEAR_NAMES);
        String problem =
                "no tensor "
                        + TensorNames.quote(name)
                        + " among "
                        + header.tensors().size()
                        + " tensors";
        return near.isEmpty()
                ? problem
                : problem
                        + "; did you mean "
                        + String.join(" or ", near.stream().map(TensorNames::quote).toList())
                        + "?";
    }

    /// The bytes of a tensor as a read-only view of the file, without a copy.
    ///
    /// Aliasing: valid until [#close]. The address may be unaligned: read with the `_UNALIGNED`
    /// layouts. If the file shrinks, Java code that touches the lost part gets an `InternalError`
    /// and native code kills the process; [#copyTo] is the safe way.
    ///
    /// Errors: [SafetensorsException] if there is no such tensor; `IllegalStateException` if
    /// closed.
    public MemorySegment data(String name) throws SafetensorsException {
        TensorInfo tensor = tensor(name);
        requireOpen();
        return mapped.asSlice(tensor.offset(), tensor.byteSize());
    }

    /// Copies the bytes of a tensor to `destination`, which must have exactly its size.
    ///
    /// Reads the file, not the mapping, so that a file that shrinks is an error and not a fault.
    ///
    /// Errors: [SafetensorsException] if there is no such tensor, or if the file was truncated or
    /// changed in place since it was opened (`destination` is then undefined);
    /// `IllegalArgumentException` if `destination` has another size or is read-only;
    /// `IllegalStateException` if closed.
    public void copyTo(String name, MemorySegment destination) throws IOException {
        TensorInfo tensor = tensor(name);
        if (destination.byteSize() != tensor.byteSize()) {
            throw new IllegalArgumentException(
                    "destination must have the %d bytes of tensor %s, had %d"
                            .formatted(
                                    tensor.byteSize(),
                                    TensorNames.quote(name),
                                    destination.byteSize()));
        }
        if (destination.isReadOnly()) {
            throw new IllegalArgumentException("destination must be writable, was read-only");
        }
        requireOpen();
        new ExactReader(file, channel).read(tensor.offset(), destination);
        version.requireSame(file, channel);
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("file must be open, was closed: " + file);
        }
    }

    /// Unmaps and closes the file; segments of [#data] are invalid from then on. Idempotent.
    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            try (channel) {
                arena.close();
            }
        }
    }
}
