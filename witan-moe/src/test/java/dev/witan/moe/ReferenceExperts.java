// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import dev.witan.engine.Tensors;
import dev.witan.moe.expert.ExpertKernel;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.GeluKernel;
import dev.witan.moe.expert.LogisticKernel;
import dev.witan.moe.expert.SwiGluKernel;
import dev.witan.testkit.reference.ReferenceExpert;
import dev.witan.testkit.reference.ReferenceGeluFfn;
import dev.witan.testkit.reference.ReferenceLogisticUnit;
import dev.witan.testkit.reference.ReferenceSwiGlu;

import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.List;

/// The float64 twin of an expert: the same weights in the reference's form.
public final class ReferenceExperts {
    private ReferenceExperts() {}

    /// The twin of expert `e`.
    public static ReferenceExpert of(ExpertParameters parameters, int e) {
        List<double[][]> m = parameters.matrices(e).values().stream().map(Matrices::rows).toList();
        return switch (parameters.kernel()) {
            case SwiGluKernel _ -> new ReferenceSwiGlu(m.get(0), m.get(1), m.get(2));
            case GeluKernel _ -> ReferenceGeluFfn.withoutBias(m.get(0), m.get(1));
            case LogisticKernel _ -> new ReferenceLogisticUnit(m.get(0));
        };
    }

    /// The twins of all experts.
    public static List<ReferenceExpert> of(ExpertParameters parameters) {
        List<ReferenceExpert> all = new ArrayList<>();
        for (int e = 0; e < parameters.experts(); e++) {
            all.add(of(parameters, e));
        }
        return all;
    }

    /// Those of a reference's weight gradients that the kernel has matrices for, in its order.
    public static List<double[][]> gradients(ExpertKernel kernel, List<double[][]> weights) {
        return kernel instanceof GeluKernel ? List.of(weights.get(0), weights.get(2)) : weights;
    }

    /// The gradients of expert `e` in the order of its matrices.
    public static List<Tensor> gradients(ExpertParameters parameters, int e) {
        return List.copyOf(parameters.gradients(e).values());
    }

    /// All weights, row after row: to compare bits.
    public static float[] values(ExpertParameters parameters) {
        return Tensors.toFloats(parameters.parameter().value());
    }
}
