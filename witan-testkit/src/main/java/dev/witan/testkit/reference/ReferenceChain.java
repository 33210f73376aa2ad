// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// A Chain-of-Experts layer: one pool of experts applied again and again, a router before each
/// time.
///
/// `h_{t+1} = (h_t, with an inner residual) + Σ_k w_k E_{e_k}(h_t) + shared(h_t)`, t = 0 … C − 1.
///
/// @param gates router weights `[E, D]`: one per iteration, or one for all
/// @param router how logits become a routing, the same in every iteration
/// @param experts E experts, the same in every iteration
/// @param shared optional shared expert
/// @param options iterations and residuals
///
///   Source: Chain-of-Experts 2025 (equations of its README; block as in its modelling code).
public record ReferenceChain(
        List<double[][]> gates,
        ReferenceRouter router,
        List<ReferenceExpert> experts,
        ReferenceMoe.@Nullable Shared shared,
        Options options) {

    public ReferenceChain {
        gates = List.copyOf(gates);
        experts = List.copyOf(experts);
        if (gates.size() != 1 && gates.size() != options.iterations()) {
            throw new IllegalArgumentException(
                    "gates must be 1 or " + options.iterations() + ", were " + gates.size());
        }
    }

    /// What varies between chains.
    ///
    /// @param iterations C, at least 1
    /// @param innerResidual whether an iteration adds its input
    /// @param sharedOnce whether the shared expert runs in the first iteration only
    /// @param block how the layer joins the residual stream
    public record Options(int iterations, boolean innerResidual, boolean sharedOnce, Block block) {
        public Options {
            if (iterations < 1) {
                throw new IllegalArgumentException(
                        "iterations must be at least 1, was " + iterations);
            }
        }
    }

    /// How the chain's result h_C joins the residual stream x₁, whose normalised value was h_0.
    public enum Block {
        /// out = h_C: the published code without `outer_residual`.
        AS_CODED,
        /// out = h_C + x₁: the published code with `outer_residual`.
        AS_CODED_OUTER_RESIDUAL,
        /// out = x₁ + (h_C − h_0): the usual pre-norm block around what the chain has added.
        STANDARD
    }

    /// The chain's result h_C `[T, D]` and the routing of every iteration.
    @SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable
    public record Output(double[][] y, List<ReferenceRouting> routings) {}

    /// h_C and the routings for h_0 `[T, D]`.
    public Output forward(double[][] h0) {
        double[][] h = h0;
        List<ReferenceRouting> routings = new ArrayList<>();
        for (int t = 0; t < options.iterations(); t++) {
            ReferenceMoe.Output step = iteration(t).forward(h);
            h = options.innerResidual() ? Algebra.add(h, step.y()) : step.y();
            routings.add(step.routing());
        }
        return new Output(h, List.copyOf(routings));
    }

    /// The value of the residual stream after the layer.
    ///
    /// @param x1 the residual stream before it `[T, D]`
    /// @param h0 the normalised x1 that [#forward] started from
    /// @param hc what it ended with
    public double[][] block(double[][] x1, double[][] h0, double[][] hc) {
        return switch (options.block()) {
            case AS_CODED -> hc;
            case AS_CODED_OUTER_RESIDUAL -> Algebra.add(hc, x1);
            case STANDARD -> Algebra.add(x1, Algebra.subtract(hc, h0));
        };
    }

    /// Iteration `t` as a layer of its own, without the inner residual.
    public ReferenceMoe iteration(int t) {
        double[][] gate = gates.get(gates.size() == 1 ? 0 : t);
        boolean withShared = t == 0 || !options.sharedOnce();
        return new ReferenceMoe(gate, router, experts, withShared ? shared : null);
    }
}
