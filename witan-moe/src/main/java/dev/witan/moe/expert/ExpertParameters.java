// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.expert;

import dev.witan.engine.Parameter;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.LinkedHashMap;
import java.util.Map;

/// The weights of a layer's experts: one flat row per expert, so that an optimiser sees one tensor
/// and each expert is still a piece of memory of its own, saved, loaded and replaced alone.
///
/// **Shapes** value and gradient `[E,P]`, P parameters per expert in the order of
/// [ExpertKernel#shapes].
public final class ExpertParameters {
    private final ExpertKernel kernel;
    private final int experts;
    private final Parameter parameter;

    /// Experts with the given values.
    ///
    /// @param value `[E,P]` float32, owned by this object from now on
    public ExpertParameters(String name, ExpertKernel kernel, Tensor value) {
        if (value.dim() != 2 || value.size(1) != kernel.size()) {
            throw new IllegalArgumentException(
                    "expert parameters must have shape [E, " + kernel.size() + "]");
        }
        this.kernel = kernel;
        this.experts = Math.toIntExact(value.size(0));
        this.parameter = Parameter.explicit(name, value);
    }

    /// Experts with independent normal weights.
    public static ExpertParameters normal(
            String name, ExpertKernel kernel, int experts, double deviation, long seed) {
        if (experts < 1) {
            throw new IllegalArgumentException("experts must be >= 1, was " + experts);
        }
        return new ExpertParameters(
                name, kernel, Tensors.normal(deviation, seed, experts, kernel.size()));
    }

    /// The arithmetic these weights belong to.
    public ExpertKernel kernel() {
        return kernel;
    }

    /// Number of experts E.
    public int experts() {
        return experts;
    }

    /// All weights as one tensor `[E,P]` with its gradient.
    public Parameter parameter() {
        return parameter;
    }

    /// Views of the matrices of expert `e` by their names, such as `gate_proj.weight [F,D]`.
    public Map<String, Tensor> matrices(int e) {
        return split(parameter.value(), e);
    }

    /// Views of the gradients of expert `e` by the names of its matrices.
    public Map<String, Tensor> gradients(int e) {
        return split(parameter.gradient(), e);
    }

    /// Replaces matrix `name` of expert `e`; no other expert changes.
    public void replace(int e, String name, Tensor matrix) {
        Tensor target = matrices(e).get(name);
        if (target == null) {
            throw new IllegalArgumentException("an expert has no matrix " + name);
        }
        if (matrix.dim() != 2
                || matrix.size(0) != target.size(0)
                || matrix.size(1) != target.size(1)) {
            throw new IllegalArgumentException(
                    name + " must have shape [" + target.size(0) + ", " + target.size(1) + "]");
        }
        target.copy_(matrix.detach().to(ScalarType.Float));
        parameter.refresh((long) e * kernel.size(), kernel.size());
    }

    private Map<String, Tensor> split(Tensor flat, int e) {
        if (e < 0 || e >= experts) {
            throw new IllegalArgumentException("expert must be in [0, " + experts + "), was " + e);
        }
        Tensor row = flat.select(0, e);
        Map<String, Tensor> matrices = new LinkedHashMap<>();
        long offset = 0;
        for (ExpertKernel.Shape shape : kernel.shapes()) {
            matrices.put(
                    shape.name(),
                    row.narrow(0, offset, shape.size()).view(shape.rows(), shape.columns()));
            offset += shape.size();
        }
        return matrices;
    }
}
