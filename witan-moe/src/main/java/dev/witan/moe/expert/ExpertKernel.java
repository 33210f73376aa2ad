// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.expert;

import org.bytedeco.pytorch.Tensor;

import java.util.List;

/// The arithmetic of one expert, with its backward pass by hand.
///
/// One kernel serves the experts of this process and those a peer hosts for others. A call runs on
/// one thread without autograd; a kernel has no state. Rows are independent of each other.
///
/// Weights come as one flat vector per expert, laid out as [#shapes] says; gradients likewise.
public sealed interface ExpertKernel permits SwiGluKernel, GeluKernel, LogisticKernel {
    /// A named matrix of an expert, as checkpoints call it.
    ///
    /// @param name such as `gate_proj.weight`
    /// @param rows output width
    /// @param columns input width
    record Shape(String name, int rows, int columns) {
        /// Number of elements.
        public int size() {
            return Math.multiplyExact(rows, columns);
        }
    }

    /// Matrices of an expert in the order of its flat vector.
    List<Shape> shapes();

    /// Model width D.
    int modelWidth();

    /// Values per row that forward saves for backward.
    int savedWidth();

    /// Computes the answers to `n` rows.
    ///
    /// @param weights flat vector of the expert, in the operand type
    /// @param x `[n,D]` in the operand type
    /// @param saved `[n,savedWidth]` contiguous in the operand type, written; its layout is the
    ///   kernel's own
    /// @param y `[n,D]` in the operand type, written
    void forward(Tensor weights, Tensor x, Tensor saved, Tensor y);

    /// Computes the gradient of the rows and adds that of the weights.
    ///
    /// @param weights as in forward
    /// @param x as in forward
    /// @param saved as forward wrote it
    /// @param gradY `[n,D]` in the operand type
    /// @param gradX `[n,D]` in the operand type, written
    /// @param gradWeights flat float32 vector of the expert, added to
    void backward(
            Tensor weights, Tensor x, Tensor saved, Tensor gradY, Tensor gradX, Tensor gradWeights);

    /// Number of parameters of one expert.
    default int size() {
        return shapes().stream().mapToInt(Shape::size).sum();
    }
}
