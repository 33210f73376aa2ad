// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.engine.AdamWKernel;
import dev.witan.engine.Engine;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.swarm.protocol.AdamWUpdate;

import org.bytedeco.pytorch.Tensor;

import java.lang.foreign.MemorySegment;

/// AdamW by the kernel of local training, one task per expert: an expert gets the same bits
/// wherever it is hosted.
public final class AdamWExpertOptimizer implements ExpertOptimizer {
    /// The optimiser.
    public AdamWExpertOptimizer() {}

    @Override
    public void step(State state, AdamWUpdate update) {
        var values =
                new AdamWKernel.Hyperparameters(
                        update.learningRate(),
                        update.weightDecay(),
                        update.beta1(),
                        update.beta2(),
                        update.epsilon());
        var constants =
                AdamWKernel.Constants.of(values, update.gradientDivisor(), update.optimizerStep());
        MemorySegment value = Tensors.memory(state.value());
        MemorySegment gradient = Tensors.memory(state.gradient());
        MemorySegment mean = Tensors.memory(state.mean());
        MemorySegment square = Tensors.memory(state.square());
        long bytes = state.value().size(1) * Float.BYTES;
        Engine.start()
                .workers()
                .forEach(
                        Math.toIntExact(state.value().size(0)),
                        expert -> {
                            long at = expert * bytes;
                            AdamWKernel.update(
                                    new AdamWKernel.Target(
                                            value.asSlice(at, bytes),
                                            gradient.asSlice(at, bytes),
                                            mean.asSlice(at, bytes),
                                            square.asSlice(at, bytes)),
                                    constants);
                        });
    }

    @Override
    public double sumOfSquares(Tensor gradient) {
        try (Scope scope = Scope.open()) {
            return AdamWKernel.sumOfSquares(Tensors.memory(gradient));
        }
    }
}
