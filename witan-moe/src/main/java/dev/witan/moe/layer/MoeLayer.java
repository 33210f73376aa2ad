// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.ExpertCapacity;
import dev.witan.moe.Experts;
import dev.witan.moe.Pass;
import dev.witan.moe.RoutedExperts;
import dev.witan.moe.Router;
import dev.witan.moe.Routing;
import dev.witan.moe.RoutingStatistics;
import dev.witan.moe.balance.BalanceConfig;

import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A mixture of experts: `y = sum_k w_k E_k(h) + Shared(h)`.
///
/// Immutable; the same layer serves any number of passes.
public final class MoeLayer implements FeedForward {
    private final Router router;
    private final Experts experts;
    private final Optional<SharedExpert> sharedExpert;
    private final BalanceConfig balance;
    private final ExpertCapacity capacity;

    /// A layer of the given parts.
    public MoeLayer(
            Router router,
            Experts experts,
            Optional<SharedExpert> sharedExpert,
            BalanceConfig balance,
            ExpertCapacity capacity) {
        if (router.experts() != experts.experts()) {
            throw new IllegalArgumentException(
                    "router decides among "
                            + router.experts()
                            + " experts, the layer has "
                            + experts.experts());
        }
        this.router = router;
        this.experts = experts;
        this.sharedExpert = sharedExpert;
        this.balance = balance;
        this.capacity = capacity;
    }

    /// A dropless layer without shared expert or balancing.
    public MoeLayer(Router router, Experts experts) {
        this(router, experts, Optional.empty(), BalanceConfig.NONE, ExpertCapacity.DROPLESS);
    }

    /// The router.
    public Router router() {
        return router;
    }

    /// The routed experts.
    public Experts experts() {
        return experts;
    }

    /// The balancing.
    public BalanceConfig balance() {
        return balance;
    }

    /// This layer with another router: for ablations.
    public MoeLayer withRouter(Router other) {
        return new MoeLayer(other, experts, sharedExpert, balance, capacity);
    }

    /// This layer with other experts: for ablations, and for experts that live elsewhere.
    public MoeLayer withExperts(Experts other) {
        return new MoeLayer(router, other, sharedExpert, balance, capacity);
    }

    @Override
    public Output forward(Tensor h, Pass pass) {
        return iterate(h, pass, 0, new int[0], true);
    }

    /// One router-dispatch-combine pass as iteration `iteration` of a chain.
    Output iterate(Tensor h, Pass pass, int iteration, int[] previousIds, boolean withShared) {
        if (!pass.training() && (router.couplesTokens() || capacity.couplesTokens())) {
            throw new IllegalStateException(
                    "this layer couples the tokens of a batch ("
                            + (router.couplesTokens() ? "its router" : "expert capacity")
                            + "): it can be trained, but not decode token by token");
        }
        try (Scope scope = Scope.open()) {
            Routing routing = router.route(h, pass);
            List<Tensor> losses = balance.losses(routing, pass);
            Routing limited = capacity.limit(routing);
            DispatchPlan plan = DispatchPlan.of(limited);
            Tensor y = RoutedExperts.apply(experts, plan, h, limited, pass);
            if (withShared && sharedExpert.isPresent()) {
                y = y.add(sharedExpert.get().forward(h, pass.tape()));
            }
            losses.forEach(scope::keep);
            routing.keepIn(scope);
            var statistics = RoutingStatistics.of(iteration, plan, limited, previousIds);
            return new Output(scope.keep(y), losses, List.of(limited), List.of(statistics));
        }
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>(router.parameters());
        sharedExpert.ifPresent(shared -> all.addAll(shared.parameters()));
        return all;
    }

    @Override
    public boolean addsResidual() {
        return true;
    }
}
