// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.moe.Experts;
import dev.witan.moe.Pass;
import dev.witan.moe.Routing;
import dev.witan.moe.RoutingStatistics;

import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A chain of experts: tokens pass the same experts C times, routed anew each time.
///
/// `h_{t+1} = [h_t] + sum_k w_k E_k(h_t) + Shared(h_t)` with the weights of iteration t's router.
/// One iteration in a standard block is a [MoeLayer] to the last bit.
///
/// @see "Wang et al. 2025, Chain-of-Experts: Unlocking the Communication Power of MoE Models"
public final class ChainLayer implements FeedForward {
    private final ChainConfig config;
    private final List<MoeLayer> iterations;

    /// A chain.
    ///
    /// @param iterations the mixture of each iteration; they share experts and shared expert, and
    ///   the router unless there is a gate per iteration
    public ChainLayer(ChainConfig config, List<MoeLayer> iterations) {
        if (iterations.size() != config.iterations()) {
            throw new IllegalArgumentException(
                    "a chain of "
                            + config.iterations()
                            + " iterations needs as many mixtures, had "
                            + iterations.size());
        }
        this.config = config;
        this.iterations = List.copyOf(iterations);
    }

    /// The variant of this chain.
    public ChainConfig config() {
        return config;
    }

    /// The mixtures of the iterations.
    public List<MoeLayer> iterations() {
        return iterations;
    }

    /// This chain with other experts in all iterations: for experts that live elsewhere.
    public ChainLayer withExperts(Experts other) {
        return new ChainLayer(
                config, iterations.stream().map(layer -> layer.withExperts(other)).toList());
    }

    @Override
    public Output forward(Tensor h0, Pass pass) {
        List<Tensor> losses = new ArrayList<>();
        List<Routing> routings = new ArrayList<>();
        List<RoutingStatistics> statistics = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            Tensor h = h0;
            Tensor change = null;
            int[] previousIds = {};
            for (int t = 0; t < iterations.size(); t++) {
                boolean withShared = t == 0 || config.shared() == ChainConfig.Shared.PER_ITERATION;
                // The first iteration draws what a layer of its own would draw.
                Pass part = t == 0 ? pass : pass.forPart(t);
                Output output = iterations.get(t).iterate(h, part, t, previousIds, withShared);
                output.losses().forEach(loss -> losses.add(scope.keep(loss)));
                for (Routing routing : output.routings()) {
                    routing.keepIn(scope);
                    previousIds = routing.expertIds();
                }
                routings.addAll(output.routings());
                statistics.addAll(output.statistics());
                change = change == null ? output.y() : change.add(output.y());
                h = config.innerResidual() ? h.add(output.y()) : output.y();
            }
            boolean standard = config.block() == ChainConfig.Block.STANDARD;
            Tensor y = standard && change != null ? change : h;
            return new Output(scope.keep(y), losses, routings, statistics);
        }
    }

    @Override
    public List<Parameter> parameters() {
        Set<Parameter> all = new LinkedHashSet<>();
        iterations.forEach(iteration -> all.addAll(iteration.parameters()));
        return List.copyOf(all);
    }

    @Override
    public boolean addsResidual() {
        return config.block() == ChainConfig.Block.STANDARD || config.outerResidual();
    }
}
