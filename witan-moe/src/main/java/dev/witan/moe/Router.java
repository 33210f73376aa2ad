// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import dev.witan.engine.Parameter;

import org.bytedeco.pytorch.Tensor;

import java.util.List;

/// Maps token vectors to experts and to the weights of their answers.
///
/// Equal selection scores go to the lower expert id. A row of `x` decides about its own token only,
/// unless [#couplesTokens]. **Threads** routing changes nothing in the router.
public interface Router {
    /// Number of routed experts E.
    int experts();

    /// Most experts per token K.
    int topK();

    /// Routes `x [T,D]`.
    Routing route(Tensor x, Pass pass);

    /// Trained parameters: the gate, and for some routers more.
    List<Parameter> parameters();

    /// Whether a token's experts depend on the other tokens: good for training only.
    default boolean couplesTokens() {
        return false;
    }
}
