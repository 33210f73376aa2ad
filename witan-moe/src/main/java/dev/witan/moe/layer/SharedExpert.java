// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import dev.witan.engine.BatchMode;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.KernelSettings;
import dev.witan.engine.Parameter;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Sigmoid;
import dev.witan.engine.Tensors;
import dev.witan.moe.router.Gate;

import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An expert that runs on every token beside the routed ones; with a gate, its answer is weighed by
/// `sigma(x g)`.
///
/// @see "DeepSeekMoE, section 3.2; the gate is Qwen2-MoE's"
public final class SharedExpert {
    private final SwiGlu network;
    private final Optional<Gate> gate;

    private SharedExpert(SwiGlu network, Optional<Gate> gate) {
        this.network = network;
        this.gate = gate;
    }

    /// A shared expert of hidden width `width` with normal weights, in the default mode.
    public static SharedExpert normal(
            String name, int modelWidth, int width, double deviation, long seed) {
        return normal(name, modelWidth, width, deviation, seed, defaultMode());
    }

    /// The same in the given mode.
    public static SharedExpert normal(
            String name, int modelWidth, int width, double deviation, long seed, BatchMode mode) {
        return new SharedExpert(
                SwiGlu.normal(name, modelWidth, width, deviation, seed, mode), Optional.empty());
    }

    /// A shared expert whose answer is weighed by a sigmoid gate, in the default mode.
    public static SharedExpert gated(
            String name, int modelWidth, int width, double deviation, long seed) {
        return gated(name, modelWidth, width, deviation, seed, defaultMode());
    }

    /// The same in the given mode.
    public static SharedExpert gated(
            String name, int modelWidth, int width, double deviation, long seed, BatchMode mode) {
        Tensor weight = Tensors.normal(deviation, seed + 3, 1, modelWidth);
        return new SharedExpert(
                SwiGlu.normal(name, modelWidth, width, deviation, seed, mode),
                Optional.of(new Gate(Parameter.leaf(name + "_gate.weight", weight), mode)));
    }

    private static BatchMode defaultMode() {
        return KernelSettings.of(Precision.FLOAT32).batchMode();
    }

    /// The answers `[T,D]` to `x [T,D]`.
    public Tensor forward(Tensor x, ExplicitGradient tape) {
        try (Scope scope = Scope.open()) {
            Tensor y = network.forward(x, tape);
            if (gate.isPresent()) {
                y = y.mul(Sigmoid.of(gate.get().logits(x, tape), tape));
            }
            return scope.keep(y);
        }
    }

    /// Trained parameters.
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>(network.parameters());
        gate.ifPresent(g -> all.add(g.weight()));
        return all;
    }
}
