// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import dev.witan.engine.BatchMode;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.KernelSettings;
import dev.witan.engine.Parameter;
import dev.witan.engine.Precision;
import dev.witan.engine.Projection;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// The linear layer of a router: `routerLogits [T,E] = x [T,D] gate^T`, always in float32, since
/// rounding here changes which expert answers.
///
/// @param projection the matrix `[E,D]`, with float32 operands
public record Gate(Projection projection) {
    /// Checks the precision.
    public Gate {
        if (projection.precision() != Precision.FLOAT32) {
            throw new IllegalArgumentException(
                    "a gate computes in FLOAT32, was " + projection.precision());
        }
    }

    /// A gate in the default mode.
    public Gate(Parameter weight) {
        this(weight, KernelSettings.of(Precision.FLOAT32).batchMode());
    }

    /// A gate in the given mode.
    public Gate(Parameter weight, BatchMode mode) {
        this(new Projection(weight, new KernelSettings(Precision.FLOAT32, mode)));
    }

    /// A gate with independent uniform weights in +-1/sqrt(D), as DeepSeekMoE starts.
    public static Gate uniform(String name, int experts, int modelWidth, long seed) {
        return new Gate(uniformWeight(name, experts, modelWidth, seed));
    }

    /// The same in the given mode.
    public static Gate uniform(
            String name, int experts, int modelWidth, long seed, BatchMode mode) {
        return new Gate(uniformWeight(name, experts, modelWidth, seed), mode);
    }

    private static Parameter uniformWeight(String name, int experts, int modelWidth, long seed) {
        double bound = 1 / Math.sqrt(modelWidth);
        return Parameter.leaf(name, Tensors.uniform(-bound, bound, seed, experts, modelWidth));
    }

    /// A gate that prefers no expert.
    public static Gate zero(String name, int experts, int modelWidth) {
        return new Gate(Parameter.leaf(name, Tensors.zeros(ScalarType.Float, experts, modelWidth)));
    }

    /// The matrix `[E,D]`.
    public Parameter weight() {
        return projection.weight();
    }

    /// Number of experts E.
    public int experts() {
        return Math.toIntExact(weight().value().size(0));
    }

    /// The logits `[T,E]` of `x [T,D]`, with their gradient on `tape`.
    public Tensor logits(Tensor x, ExplicitGradient tape) {
        return projection.forward(x, tape);
    }
}
