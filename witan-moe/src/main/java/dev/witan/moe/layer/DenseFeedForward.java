// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import dev.witan.engine.BatchMode;
import dev.witan.engine.KernelSettings;
import dev.witan.engine.Parameter;
import dev.witan.engine.Precision;
import dev.witan.moe.Pass;

import org.bytedeco.pytorch.Tensor;

import java.util.List;

/// The dense baseline: one SwiGLU network for every token.
public final class DenseFeedForward implements FeedForward {
    private final SwiGlu network;

    private DenseFeedForward(SwiGlu network) {
        this.network = network;
    }

    /// A network of hidden width `width` with normal weights, in the default mode.
    public static DenseFeedForward normal(
            String name, int modelWidth, int width, double deviation, long seed) {
        BatchMode mode = KernelSettings.of(Precision.FLOAT32).batchMode();
        return normal(name, modelWidth, width, deviation, seed, mode);
    }

    /// The same in the given mode.
    public static DenseFeedForward normal(
            String name, int modelWidth, int width, double deviation, long seed, BatchMode mode) {
        return new DenseFeedForward(SwiGlu.normal(name, modelWidth, width, deviation, seed, mode));
    }

    @Override
    public Output forward(Tensor h, Pass pass) {
        return new Output(network.forward(h, pass.tape()), List.of(), List.of(), List.of());
    }

    @Override
    public List<Parameter> parameters() {
        return network.parameters();
    }

    @Override
    public boolean addsResidual() {
        return true;
    }
}
