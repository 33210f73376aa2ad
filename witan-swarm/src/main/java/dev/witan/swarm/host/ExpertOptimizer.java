// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.swarm.protocol.AdamWUpdate;

import org.bytedeco.pytorch.Tensor;

/// The optimiser's arithmetic on one layer of experts.
///
/// Results for an expert depend on nothing but its own row, so that they are the same bits wherever
/// it is hosted.
public interface ExpertOptimizer {
    /// Does one step and clears the gradients.
    ///
    /// @param state weights, gradients and moments, `[E,P]` float32 each
    void step(State state, AdamWUpdate update);

    /// Sum of the squares of one expert's gradient in float64, in a fixed order.
    ///
    /// @param gradient `[P]` float32
    double sumOfSquares(Tensor gradient);

    /// The tensors of a layer.
    record State(Tensor value, Tensor gradient, Tensor mean, Tensor square) {}
}
