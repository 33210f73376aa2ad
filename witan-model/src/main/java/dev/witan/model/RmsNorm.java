// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Parameter;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/// Division by the root mean square over the last dimension, times a learned scale.
///
/// @param scale `[D]`
/// @param epsilon added to the mean square
/// @see "Zhang and Sennrich 2019, Root Mean Square Layer Normalization"
record RmsNorm(Parameter scale, double epsilon) {
    Tensor forward(Tensor x) {
        return torch.rms_norm(
                x,
                new long[] {scale.value().size(0)},
                new TensorOptional(scale.value()),
                new DoubleOptional(epsilon));
    }
}
