// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An expert that runs on every token beside the routed ones; with a gate, its answer is weighed by
/// `sigma(x g)`.
///
/// @see "DeepSeekMoE, section 3.2; the gate is Qwen2-MoE's"
public final class SharedExpert {
    private final SwiGlu network;
    private final Optional<Parameter> gate;

    private SharedExpert(SwiGlu network, Optional<Parameter> gate) {
        this.network = network;
        this.gate = gate;
    }

    /// A shared expert of hidden width `width` with normal weights.
    public static SharedExpert normal(
            String name, int modelWidth, int width, double deviation, long seed) {
        return new SharedExpert(
                SwiGlu.normal(name, modelWidth, width, deviation, seed), Optional.empty());
    }

    /// A shared expert whose answer is weighed by a sigmoid gate.
    public static SharedExpert gated(
            String name, int modelWidth, int width, double deviation, long seed) {
        Tensor weight = Tensors.normal(deviation, seed + 3, 1, modelWidth);
        return new SharedExpert(
                SwiGlu.normal(name, modelWidth, width, deviation, seed),
                Optional.of(Parameter.leaf(name + "_gate.weight", weight)));
    }

    /// The answers `[T,D]` to `x [T,D]`.
    public Tensor forward(Tensor x) {
        try (Scope scope = Scope.open()) {
            Tensor y = network.forward(x);
            if (gate.isPresent()) {
                y = y.mul(torch.sigmoid(torch.linear(x, gate.get().value())));
            }
            return scope.keep(y);
        }
    }

    /// Trained parameters.
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>(network.parameters());
        gate.ifPresent(all::add);
        return all;
    }
}
