// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.List;

/// A SwiGLU network that every token passes through, as part of the autograd graph.
///
/// @param gate `[F,D]`
/// @param up `[F,D]`
/// @param down `[D,F]`
record SwiGlu(Parameter gate, Parameter up, Parameter down) {
    static SwiGlu normal(String name, int modelWidth, int width, double deviation, long seed) {
        return new SwiGlu(
                Parameter.leaf(
                        name + ".gate_proj.weight",
                        Tensors.normal(deviation, seed, width, modelWidth)),
                Parameter.leaf(
                        name + ".up_proj.weight",
                        Tensors.normal(deviation, seed + 1, width, modelWidth)),
                Parameter.leaf(
                        name + ".down_proj.weight",
                        Tensors.normal(deviation, seed + 2, modelWidth, width)));
    }

    Tensor forward(Tensor x) {
        try (Scope scope = Scope.open()) {
            Tensor hidden =
                    torch.silu(torch.linear(x, gate.value())).mul(torch.linear(x, up.value()));
            return scope.keep(torch.linear(hidden, down.value()));
        }
    }

    List<Parameter> parameters() {
        return List.of(gate, up, down);
    }
}
