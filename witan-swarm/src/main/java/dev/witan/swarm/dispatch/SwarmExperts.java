// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import dev.witan.engine.Scope;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Experts;
import dev.witan.swarm.protocol.Rows;
import dev.witan.swarm.tensor.TensorRows;

import org.bytedeco.pytorch.Tensor;

import java.util.List;

/// The experts of one layer, on other peers.
///
/// Rows that no peer answered are zero, and so are the gradients of inputs that no peer confirmed;
/// [DispatchCounters] counts both. A call takes no longer than the deadline of [DispatchLimits].
///
/// **Threads** calls may overlap; each blocks its own thread.
public final class SwarmExperts implements Experts {
    private final SwarmModel model;
    private final int layer;
    private final int experts;
    private final int modelWidth;

    /// The experts of a layer.
    ///
    /// @param experts number of experts E
    /// @param modelWidth D
    public SwarmExperts(SwarmModel model, int layer, int experts, int modelWidth) {
        this.model = model;
        this.layer = layer;
        this.experts = experts;
        this.modelWidth = modelWidth;
    }

    @Override
    public int experts() {
        return experts;
    }

    @Override
    public int modelWidth() {
        return modelWidth;
    }

    @Override
    public Call apply(DispatchPlan plan, Tensor x, boolean forBackward) {
        if (plan.experts() != experts) {
            throw new IllegalArgumentException(
                    "plan has " + plan.experts() + " experts, the layer " + experts);
        }
        if (x.dim() != 2 || x.size(0) != plan.tokens() || x.size(1) != modelWidth) {
            throw new IllegalArgumentException(
                    "x must have shape [" + plan.tokens() + ", " + modelWidth + "]");
        }
        Rows tokens;
        try (Scope scope = Scope.open()) {
            tokens = TensorRows.rows(x);
        }
        ForwardResult result = model.forward(layer, plan, tokens, forBackward);
        return new SwarmCall(result, TensorRows.tensor(result.rows()));
    }

    private final class SwarmCall implements Call {
        private final ForwardResult result;
        private final Tensor rows;

        SwarmCall(ForwardResult result, Tensor rows) {
            this.result = result;
            this.rows = rows;
        }

        @Override
        public Tensor rows() {
            return rows;
        }

        @Override
        public Tensor backward(Tensor gradRows) {
            Rows gradient;
            try (Scope scope = Scope.open()) {
                gradient = TensorRows.rows(gradRows);
            }
            return TensorRows.tensor(model.backward(result, gradient).gradInputs());
        }

        /// Nothing of libtorch's: what backward needs is at the peers.
        @Override
        public List<Tensor> saved() {
            return List.of();
        }
    }
}
