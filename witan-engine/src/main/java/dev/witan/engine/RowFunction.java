// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// A function of a matrix that treats each row by itself in mathematics, as a library computes it.
///
/// Implementations are records of sizes only: equal functions share one check of [RowBlocks].
/// **Threads** called on one worker thread, without recording gradients.
public interface RowFunction {
    /// Element type of rows and weights.
    ScalarType type();

    /// Width of a row.
    int inputWidth();

    /// Number of weights.
    long weightCount();

    /// The answers `[n,*]` to `rows [n,inputWidth]`.
    ///
    /// @param weights `[weightCount]`
    Tensor apply(Tensor rows, Tensor weights);

    /// The product `x W^T`.
    ///
    /// @param outputWidth rows of `W`
    record Linear(ScalarType type, int inputWidth, int outputWidth) implements RowFunction {
        /// The product with `weight [out,in]`.
        public static Linear of(Tensor weight, ScalarType type) {
            return new Linear(
                    type, Math.toIntExact(weight.size(1)), Math.toIntExact(weight.size(0)));
        }

        @Override
        public long weightCount() {
            return (long) inputWidth * outputWidth;
        }

        @Override
        public Tensor apply(Tensor rows, Tensor weights) {
            return torch.mm(rows, weights.view(outputWidth, inputWidth).t());
        }
    }
}
