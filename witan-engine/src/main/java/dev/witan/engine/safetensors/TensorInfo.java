// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.util.List;

/// Where one tensor lies in a safetensors file and what it is.
///
/// Units: `offset` and `byteSize` in bytes, `offset` from the start of the file. It need not be a
/// multiple of the element size in files that others wrote.
///
/// @param name the tensor's name, unique in its file
/// @param dtype element type
/// @param shape extent of each axis, empty for a scalar; an extent may be 0
/// @param offset position of the first byte in the file
/// @param byteSize length of the data
public record TensorInfo(String name, DType dtype, List<Long> shape, long offset, long byteSize) {
    /// Copies `shape`.
    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /// Number of elements: the product of the shape, 1 for a scalar.
    public long elementCount() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
