// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// One tensor to be written: what it is, and where its bytes come from when its turn comes.
///
/// @param name unique in the file, without control characters, not `__metadata__`
/// @param dtype element type
/// @param shape extent of each axis, empty for a scalar
/// @param source called once, by the writing thread, when the tensor's place is reached
public record TensorData(String name, DType dtype, List<Long> shape, Source source) {
    /// Supplier of a tensor's bytes, little-endian and row-major.
    @FunctionalInterface
    public interface Source {
        /// Hands all bytes to `sink`, in as many pieces as suits; each may be freed afterwards.
        void writeTo(Sink sink) throws IOException;
    }

    /// Receiver of a tensor's bytes in order.
    @FunctionalInterface
    public interface Sink {
        /// Takes the next bytes; on return they are written and no longer referred to.
        void write(MemorySegment bytes) throws IOException;
    }

    /// Copies `shape` and checks everything that the file format restricts.
    ///
    /// Errors: `IllegalArgumentException` for a name, rank or shape that no file may hold.
    public TensorData {
        shape = List.copyOf(shape);
        requireWritable(name, dtype, shape);
    }

    /// A tensor whose bytes lie in memory already.
    ///
    /// Errors: `IllegalArgumentException` if `bytes` has another size than dtype and shape.
    public static TensorData of(String name, DType dtype, List<Long> shape, MemorySegment bytes) {
        var tensor = new TensorData(name, dtype, shape, sink -> sink.write(bytes));
        if (bytes.byteSize() != tensor.byteSize()) {
            throw new IllegalArgumentException(
                    "bytes of tensor %s must be %d, were %d"
                            .formatted(
                                    TensorNames.quote(name), tensor.byteSize(), bytes.byteSize()));
        }
        return tensor;
    }

    /// Bytes that dtype and shape need.
    public long byteSize() {
        try {
            return BoundsCheck.STRICT.byteSize(dtype, shape);
        } catch (HeaderFault impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static void requireWritable(String name, DType dtype, List<Long> shape) {
        try {
            TensorNames.requireValid(name);
            if (name.equals(TensorNames.METADATA_KEY)) {
                throw new HeaderFault("the name is reserved for metadata");
            }
            if (shape.size() > SafetensorsLimits.RANK_MAX) {
                throw new HeaderFault(
                        "shape must have at most %d axes, had %d"
                                .formatted(SafetensorsLimits.RANK_MAX, shape.size()));
            }
            if (shape.stream().anyMatch(extent -> extent < 0)) {
                throw new HeaderFault("shape must not be negative, was " + shape);
            }
            long _ = BoundsCheck.STRICT.byteSize(dtype, shape);
        } catch (HeaderFault fault) {
            throw new IllegalArgumentException(fault.of(name).getMessage(), fault);
        }
    }
}
