// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import java.util.List;

/// One expert: a small network on rows `[T, D]`, with its gradients written out by hand.
public sealed interface ReferenceExpert
        permits ReferenceSwiGlu, ReferenceGeluFfn, ReferenceLogisticUnit {

    /// The weights, in the order of the record's components; a bias is one row.
    List<double[][]> weights();

    /// The same kind of expert with other weights, in the order of [#weights].
    ReferenceExpert withWeights(List<double[][]> weights);

    /// The output `[T, D]` for rows `[T, D]`.
    double[][] forward(double[][] x);

    /// The gradients for an output gradient `[T, D]`.
    Gradients backward(double[][] x, double[][] outputGradient);

    /// Gradients at the input `[T, D]` and at each weight, summed over the rows.
    @SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable
    record Gradients(double[][] x, List<double[][]> weights) {}

    /// How many rows a weight list must have; the error names the expert.
    static void requireCount(List<double[][]> weights, int count) {
        if (weights.size() != count) {
            throw new IllegalArgumentException(
                    "weights must be " + count + " matrices, were " + weights.size());
        }
    }
}
