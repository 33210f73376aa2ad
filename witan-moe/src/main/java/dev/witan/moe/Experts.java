// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import org.bytedeco.pytorch.Tensor;

import java.util.List;

/// The routed experts of one layer, wherever they are.
///
/// Routers, layers, models, training and serving never know whether experts compute here or on
/// other peers. Gradients are explicit: nothing inside an expert is part of the autograd graph, and
/// an implementation adds to its own parameters' gradients during the backward call.
public interface Experts {
    /// Number of experts E.
    int experts();

    /// Model width D.
    int modelWidth();

    /// Applies the planned experts to tokens.
    ///
    /// **Shapes** `x [T,D]` of any float type, one row per token of the plan. The whole token
    /// matrix is handed over, not gathered rows, so that a remote implementation sends a token once
    /// to each peer and a local one gathers into cache.
    ///
    /// @param forBackward whether [Call#backward] may follow; without it nothing is saved
    Call apply(DispatchPlan plan, Tensor x, boolean forBackward);

    /// One application of the experts.
    interface Call {
        /// The experts' answers `[R,D]` in the order of the plan, of the kernel's float type.
        Tensor rows();

        /// Gradient of each row's input `[R,D]`, of the kernel's float type; adds to the gradients
        /// of the experts' parameters. To be called at most once.
        ///
        /// @param gradRows gradient of [#rows], `[R,D]`
        Tensor backward(Tensor gradRows);

        /// What a backward call reads, to be kept alive until then.
        List<Tensor> saved();
    }
}
