// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import dev.witan.engine.Parameter;
import dev.witan.moe.Pass;
import dev.witan.moe.Router;
import dev.witan.moe.Routing;

import org.bytedeco.pytorch.Tensor;

import java.util.List;

/// The dense mixture: every expert answers every token, weighed by the softmax of the gate.
///
/// The limit K = E of [TopKRouter], to the last bit.
///
/// @see "Jacobs, Jordan, Nowlan and Hinton 1991, Adaptive Mixtures of Local Experts"
public final class DenseSoftmaxRouter implements Router {
    private final TopKRouter all;

    /// A dense router over a gate.
    public DenseSoftmaxRouter(Gate gate) {
        this.all = new TopKRouter(TopKRouterConfig.softmax(gate.experts(), gate.experts()), gate);
    }

    @Override
    public int experts() {
        return all.experts();
    }

    @Override
    public int topK() {
        return all.experts();
    }

    @Override
    public Routing route(Tensor x, Pass pass) {
        return all.route(x, pass);
    }

    @Override
    public List<Parameter> parameters() {
        return all.parameters();
    }
}
