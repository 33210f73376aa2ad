// SPDX-License-Identifier: Apache-2.0
package dev.witan.examples;

import dev.witan.engine.Engine;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Pass;
import dev.witan.moe.Routing;
import dev.witan.moe.RoutingStatistics;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.TopKRouter;
import dev.witan.moe.router.TopKRouterConfig;

import org.bytedeco.pytorch.Tensor;

import java.util.Locale;

/// Who decides: eight tokens meet a router, and the plan says which expert sees which token.
public final class E1RouteTokens {
    private static final int TOKENS = 8;
    private static final int WIDTH = 6;
    private static final int EXPERTS = 4;
    private static final int TOP_K = 2;

    private E1RouteTokens() {}

    /// Prints the routing, the plan and its statistics.
    public static void main(String[] args) {
        Engine.start();
        // Tensors live outside the Java heap; those made inside a scope are freed at its end.
        try (Scope scope = Scope.open()) {
            var router =
                    new TopKRouter(
                            TopKRouterConfig.mixtral(EXPERTS, TOP_K),
                            Gate.uniform("gate", EXPERTS, WIDTH, 1));
            Tensor x = Tensors.normal(1, 2, TOKENS, WIDTH);
            Routing routing = router.route(x, Pass.inference());
            DispatchPlan plan = DispatchPlan.of(routing);
            print(routing);
            print(plan);
            print(RoutingStatistics.of(0, plan, routing, new int[0]));
        }
    }

    /// A token's weights sum to 1: Mixtral renormalises those of the chosen experts.
    private static void print(Routing routing) {
        System.out.println("token  experts  weights");
        float[] weights = Tensors.toFloats(routing.combineWeights());
        for (int t = 0; t < routing.tokens(); t++) {
            System.out.printf(
                    Locale.ROOT,
                    "%5d  %3d %3d  %.3f %.3f%n",
                    t,
                    routing.expertId(t, 0),
                    routing.expertId(t, 1),
                    weights[t * TOP_K],
                    weights[t * TOP_K + 1]);
        }
    }

    /// The plan lists the same pairs once more, grouped by expert: what each one has to compute.
    private static void print(DispatchPlan plan) {
        System.out.println();
        for (int e = 0; e < plan.experts(); e++) {
            var tokens = new StringBuilder();
            for (int row = plan.firstRow(e); row < plan.firstRow(e) + plan.rowsOf(e); row++) {
                tokens.append(' ').append(plan.token(row));
            }
            System.out.println("expert " + e + " sees tokens" + tokens);
        }
    }

    private static void print(RoutingStatistics statistics) {
        System.out.printf(
                Locale.ROOT,
                "%nlargest load / mean load %.2f, entropy %.3f, dead experts %d, dropped %d%n",
                statistics.maxOverMean(),
                statistics.entropy(),
                statistics.deadExperts(),
                statistics.droppedTokens());
    }
}
