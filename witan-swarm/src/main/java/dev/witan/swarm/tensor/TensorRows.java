// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.tensor;

import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.swarm.protocol.Rows;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.lang.foreign.MemorySegment;

/// Rows as tensors and back, copied.
///
/// The machines that libtorch runs on are little-endian, as rows are.
public final class TensorRows {
    private TensorRows() {}

    /// A float32 tensor `[count,width]` with the values of `rows`.
    public static Tensor tensor(Rows rows) {
        Tensor tensor = Tensors.empty(ScalarType.Float, rows.count(), rows.width());
        if (rows.size() > 0) {
            memory(tensor).copyFrom(rows.data());
        }
        return tensor;
    }

    /// Rows with the values of a tensor `[count,width]` of any float type.
    public static Rows rows(Tensor tensor) {
        if (tensor.dim() != 2) {
            throw new IllegalArgumentException("rows need two dimensions, had " + tensor.dim());
        }
        Rows rows = Rows.zeros(Math.toIntExact(tensor.size(0)), Math.toIntExact(tensor.size(1)));
        if (rows.size() > 0) {
            try (Scope scope = Scope.open()) {
                rows.data().copyFrom(memory(tensor.to(ScalarType.Float).contiguous()));
            }
        }
        return rows;
    }

    private static MemorySegment memory(Tensor tensor) {
        var elements = new FloatPointer(tensor.data_ptr_float()).capacity(tensor.numel());
        return MemorySegment.ofBuffer(elements.asByteBuffer());
    }
}
