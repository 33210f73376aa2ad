// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import dev.witan.engine.Parameter;
import dev.witan.moe.Pass;
import dev.witan.moe.Router;
import dev.witan.moe.Routing;

import org.bytedeco.pytorch.Tensor;

import java.util.List;
import java.util.function.UnaryOperator;

/// A router that sees another pass than it should: a way to build faulty ones.
record ReseededRouter(Router router, UnaryOperator<Pass> change) implements Router {
    @Override
    public int experts() {
        return router.experts();
    }

    @Override
    public int topK() {
        return router.topK();
    }

    @Override
    public Routing route(Tensor x, Pass pass) {
        return router.route(x, change.apply(pass));
    }

    @Override
    public List<Parameter> parameters() {
        return router.parameters();
    }
}
