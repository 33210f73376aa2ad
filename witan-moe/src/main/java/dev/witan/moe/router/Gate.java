// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import dev.witan.engine.Parameter;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// The linear layer of a router: `routerLogits [T,E] = x [T,D] gate^T`, always in float32, since
/// rounding here changes which expert answers.
///
/// @param weight `[E,D]`
public record Gate(Parameter weight) {
    /// A gate with independent uniform weights in +-1/sqrt(D), as DeepSeekMoE starts.
    public static Gate uniform(String name, int experts, int modelWidth, long seed) {
        double bound = 1 / Math.sqrt(modelWidth);
        return new Gate(
                Parameter.leaf(name, Tensors.uniform(-bound, bound, seed, experts, modelWidth)));
    }

    /// A gate that prefers no expert.
    public static Gate zero(String name, int experts, int modelWidth) {
        return new Gate(Parameter.leaf(name, Tensors.zeros(ScalarType.Float, experts, modelWidth)));
    }

    /// Number of experts E.
    public int experts() {
        return Math.toIntExact(weight.value().size(0));
    }

    /// The logits `[T,E]` of `x [T,D]`.
    public Tensor logits(Tensor x) {
        return torch.linear(x.to(ScalarType.Float), weight.value());
    }
}
