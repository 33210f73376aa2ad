// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import dev.witan.engine.Precision;
import dev.witan.moe.ExpertCapacity;
import dev.witan.moe.Experts;
import dev.witan.moe.Matrices;
import dev.witan.moe.ReferenceExperts;
import dev.witan.moe.Router;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.expert.ExpertKernel;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.moe.expert.SwiGluKernel;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.TopKRouter;
import dev.witan.moe.router.TopKRouterConfig;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.ReferenceExpert;
import dev.witan.testkit.reference.ReferenceMoe;
import dev.witan.testkit.reference.ReferenceSwiGlu;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// A small mixture of experts and its float64 twin.
final class MoeFixture {
    static final int EXPERTS = 5;
    static final int WIDTH = 6;
    static final int EXPERT_WIDTH = 4;

    final ExpertParameters parameters;
    final LocalExperts experts;

    MoeFixture() {
        this(new SwiGluKernel(WIDTH, EXPERT_WIDTH));
    }

    MoeFixture(ExpertKernel kernel) {
        this.parameters = ExpertParameters.normal("experts", kernel, EXPERTS, 0.5, 21);
        this.experts = new LocalExperts(parameters, Precision.FLOAT32);
    }

    static Gate gate(long seed) {
        return Gate.uniform("gate" + seed, EXPERTS, WIDTH, seed);
    }

    static TopKRouter router(int topK, boolean norm, Gate gate) {
        return new TopKRouter(TopKRouterConfig.softmax(EXPERTS, topK).withNormTopK(norm), gate);
    }

    MoeLayer layer(Router router, Optional<SharedExpert> shared) {
        return layer(router, shared, experts);
    }

    static MoeLayer layer(Router router, Optional<SharedExpert> shared, Experts experts) {
        return new MoeLayer(router, experts, shared, BalanceConfig.NONE, ExpertCapacity.DROPLESS);
    }

    static Tensor x(long seed, int tokens) {
        return Matrices.tensor(Seeded.normalFloats(seed, tokens, WIDTH), WIDTH);
    }

    List<ReferenceExpert> references() {
        return ReferenceExperts.of(parameters);
    }

    static ReferenceMoe.@Nullable Shared reference(Optional<SharedExpert> shared) {
        return shared.isEmpty() ? null : reference(shared.get());
    }

    static ReferenceMoe.Shared reference(SharedExpert shared) {
        List<double[][]> m =
                shared.parameters().stream().map(p -> Matrices.rows(p.value())).toList();
        return new ReferenceMoe.Shared(
                new ReferenceSwiGlu(m.get(0), m.get(1), m.get(2)), m.size() > 3 ? m.get(3) : null);
    }

    /// The sum of `y * gradY` as a scalar of the graph.
    static Tensor weighedSum(Tensor y, double[][] gradY) {
        return y.mul(Matrices.tensor(gradY, WIDTH)).sum();
    }

    static double[][] rows(Gate gate) {
        return Matrices.rows(gate.weight().value());
    }
}
