// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

/// What a router decided for T tokens.
///
/// @param expertIds chosen experts `[T, K]`, in descending selection score, ties by ascending id;
///   hash routers keep the order of their table
/// @param combineWeights weight of each choice `[T, K]`; 0 for a choice that was dropped
/// @param scores router scores `[T, E]`, never biased
/// @param logits router logits `[T, E]`
@SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable; never compared
public record ReferenceRouting(
        int[][] expertIds, double[][] combineWeights, double[][] scores, double[][] logits) {

    /// How many choices fell on each expert `[E]`, dropped ones included.
    public long[] tokensPerExpert(int experts) {
        return count(expertIds, experts);
    }

    /// How often each expert occurs in `expertIds`.
    public static long[] count(int[][] expertIds, int experts) {
        var counts = new long[experts];
        for (int[] row : expertIds) {
            for (int e : row) {
                counts[e]++;
            }
        }
        return counts;
    }
}
