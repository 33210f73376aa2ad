// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// A mixture-of-experts layer: gate, router, experts, weighted sum, optional shared expert.
///
/// y = Σ_k w_k · E_{e_k}(x) in ascending slot order, then + shared(x), or + σ(x · sharedGateᵀ) ·
/// shared(x) when there is a shared gate (Qwen2-MoE).
///
/// @param gate router weight `[E, D]`
/// @param router how logits become a routing
/// @param experts E experts
/// @param shared optional shared expert
@SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable; never compared
public record ReferenceMoe(
        double[][] gate,
        ReferenceRouter router,
        List<ReferenceExpert> experts,
        @Nullable Shared shared) {

    public ReferenceMoe {
        experts = List.copyOf(experts);
        if (gate.length != experts.size()) {
            throw new IllegalArgumentException(
                    "gate must have " + experts.size() + " rows, had " + gate.length);
        }
    }

    /// An expert that sees every token.
    ///
    /// @param gate weight `[1, D]` of its sigmoid gate, or null for none
    @SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable
    public record Shared(ReferenceExpert expert, double @Nullable [][] gate) {

        /// The shared expert's part of the output `[T, D]`.
        public double[][] forward(double[][] x) {
            double[][] y = expert.forward(x);
            return gate == null ? y : scaleRows(y, gateValues(x, gate));
        }
    }

    /// The output `[T, D]` and the routing that led to it.
    @SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable
    public record Output(double[][] y, ReferenceRouting routing) {}

    /// Gradients of everything, shaped like what they belong to.
    ///
    /// @param experts per expert, the gradients of its weights; zeros for one that saw no token
    /// @param shared gradients of the shared expert's weights, empty without one
    /// @param sharedGate gradient of the shared gate, or null without one
    @SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable
    public record Gradients(
            double[][] x,
            double[][] gate,
            List<List<double[][]>> experts,
            List<double[][]> shared,
            double @Nullable [][] sharedGate) {}

    /// The layer's output for rows `[T, D]`.
    public Output forward(double[][] x) {
        ReferenceRouting routing = router.route().of(Algebra.linear(x, gate));
        double[][] y = Algebra.zerosLike(x);
        for (int t = 0; t < x.length; t++) {
            double[][] row = {x[t]};
            for (int k = 0; k < routing.expertIds()[t].length; k++) {
                double[] one = experts.get(routing.expertIds()[t][k]).forward(row)[0];
                for (int d = 0; d < one.length; d++) {
                    y[t][d] += routing.combineWeights()[t][k] * one[d];
                }
            }
        }
        return new Output(shared == null ? y : Algebra.add(y, shared.forward(x)), routing);
    }

    /// The gradients for an output gradient `[T, D]`, the choice of experts being constant.
    public Gradients backward(double[][] x, double[][] outputGradient) {
        ReferenceRouting routing = router.route().of(Algebra.linear(x, gate));
        double[][] weightGradient = Algebra.zerosLike(routing.combineWeights());
        double[][] xGradient = Algebra.zerosLike(x);
        List<List<double[][]>> expertGradients = new ArrayList<>();
        for (ReferenceExpert expert : experts) {
            expertGradients.add(expert.weights().stream().map(Algebra::zerosLike).toList());
        }
        for (int t = 0; t < x.length; t++) {
            double[][] row = {x[t]};
            for (int k = 0; k < routing.expertIds()[t].length; k++) {
                int e = routing.expertIds()[t][k];
                double weight = routing.combineWeights()[t][k];
                weightGradient[t][k] =
                        Algebra.dot(outputGradient[t], experts.get(e).forward(row)[0]);
                double[][] upstream =
                        Algebra.map(new double[][] {outputGradient[t]}, g -> g * weight);
                ReferenceExpert.Gradients one = experts.get(e).backward(row, upstream);
                expertGradients.set(e, addAll(expertGradients.get(e), one.weights()));
                xGradient[t] = Algebra.add(new double[][] {xGradient[t]}, one.x())[0];
            }
        }
        double[][] logitsGradient = router.logitsGradient(routing, weightGradient);
        xGradient = Algebra.add(xGradient, Algebra.linearInputGradient(logitsGradient, gate));
        double[][] gateGradient = Algebra.linearWeightGradient(logitsGradient, x, gate);
        if (shared == null) {
            return new Gradients(xGradient, gateGradient, expertGradients, List.of(), null);
        }
        SharedGradients ofShared = sharedBackward(shared, x, outputGradient);
        return new Gradients(
                Algebra.add(xGradient, ofShared.x),
                gateGradient,
                expertGradients,
                ofShared.weights,
                ofShared.gate);
    }

    @SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable
    private record SharedGradients(
            double[][] x, List<double[][]> weights, double @Nullable [][] gate) {}

    private static SharedGradients sharedBackward(
            Shared shared, double[][] x, double[][] outputGradient) {
        double[][] gate = shared.gate();
        if (gate == null) {
            ReferenceExpert.Gradients plain = shared.expert().backward(x, outputGradient);
            return new SharedGradients(plain.x(), plain.weights(), null);
        }
        double[] values = gateValues(x, gate);
        ReferenceExpert.Gradients scaled =
                shared.expert().backward(x, scaleRows(outputGradient, values));
        double[][] y = shared.expert().forward(x);
        var gateGradient = new double[x.length][1];
        for (int t = 0; t < x.length; t++) {
            gateGradient[t][0] = Algebra.dot(outputGradient[t], y[t]) * values[t] * (1 - values[t]);
        }
        return new SharedGradients(
                Algebra.add(scaled.x(), Algebra.linearInputGradient(gateGradient, gate)),
                scaled.weights(),
                Algebra.linearWeightGradient(gateGradient, x, gate));
    }

    private static double[] gateValues(double[][] x, double[][] gate) {
        double[][] logits = Algebra.linear(x, gate);
        var values = new double[x.length];
        for (int t = 0; t < x.length; t++) {
            values[t] = Algebra.sigmoid(logits[t][0]);
        }
        return values;
    }

    private static double[][] scaleRows(double[][] a, double[] factors) {
        double[][] scaled = Algebra.copy(a);
        for (int t = 0; t < a.length; t++) {
            for (int d = 0; d < a[t].length; d++) {
                scaled[t][d] *= factors[t];
            }
        }
        return scaled;
    }

    private static List<double[][]> addAll(List<double[][]> a, List<double[][]> b) {
        List<double[][]> sums = new ArrayList<>();
        for (int i = 0; i < a.size(); i++) {
            sums.add(Algebra.add(a.get(i), b.get(i)));
        }
        return sums;
    }
}
