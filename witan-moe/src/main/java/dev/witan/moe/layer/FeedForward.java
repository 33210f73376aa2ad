// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import dev.witan.engine.Parameter;
import dev.witan.moe.Pass;
import dev.witan.moe.Routing;
import dev.witan.moe.RoutingStatistics;

import org.bytedeco.pytorch.Tensor;

import java.util.List;

/// The part of a decoder block after attention: dense, a mixture of experts, or a chain of them.
public sealed interface FeedForward permits DenseFeedForward, MoeLayer, ChainLayer {
    /// What one forward pass gave.
    ///
    /// @param y `[T,D]`
    /// @param losses weighted auxiliary losses, scalars of the autograd graph
    /// @param routings one per iteration
    /// @param statistics one per iteration
    record Output(
            Tensor y,
            List<Tensor> losses,
            List<Routing> routings,
            List<RoutingStatistics> statistics) {
        /// Copies the lists.
        public Output {
            losses = List.copyOf(losses);
            routings = List.copyOf(routings);
            statistics = List.copyOf(statistics);
        }
    }

    /// Applies the layer to normalised hidden states `h [T,D]`.
    Output forward(Tensor h, Pass pass);

    /// Trained parameters of the trunk: routers and shared experts, not the routed experts.
    List<Parameter> parameters();

    /// Whether the block adds its own input to the layer's output.
    boolean addsResidual();
}
