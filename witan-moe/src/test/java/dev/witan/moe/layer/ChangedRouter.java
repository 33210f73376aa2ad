// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import dev.witan.engine.Parameter;
import dev.witan.moe.Pass;
import dev.witan.moe.Router;
import dev.witan.moe.Routing;

import org.bytedeco.pytorch.Tensor;

import java.util.List;
import java.util.function.UnaryOperator;

/// A router whose decision is changed on its way out: a way to build faulty ones.
record ChangedRouter(Router router, UnaryOperator<Routing> change) implements Router {
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
        return change.apply(router.route(x, pass));
    }

    @Override
    public List<Parameter> parameters() {
        return router.parameters();
    }
}
