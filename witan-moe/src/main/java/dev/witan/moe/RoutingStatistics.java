// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import java.util.Arrays;
import java.util.OptionalDouble;

/// What one router did in one pass: the load of experts, and how iterations of a chain overlap.
///
/// @param iteration iteration of the chain, 0 for the first
/// @param tokens tokens routed
/// @param tokensPerExpert rows of each expert `[E]`. Not to be changed
/// @param droppedTokens slots left empty by a capacity or by random routing; with expert choice,
///   the slots that tokens have less than the most chosen one
/// @param overlap mean share of a token's experts that it already had in the iteration before
public record RoutingStatistics(
        int iteration,
        int tokens,
        int[] tokensPerExpert,
        int droppedTokens,
        OptionalDouble overlap) {
    /// The statistics of a plan.
    public static RoutingStatistics of(
            int iteration, DispatchPlan plan, Routing routing, int[] previousExpertIds) {
        return new RoutingStatistics(
                iteration,
                plan.tokens(),
                plan.tokensPerExpert(),
                plan.tokens() * plan.topK() - plan.rows(),
                overlap(routing, previousExpertIds));
    }

    /// Largest load divided by the mean load; 1 is perfect balance, 0 if nothing was routed.
    public double maxOverMean() {
        int max = Arrays.stream(tokensPerExpert).max().orElse(0);
        long sum = Arrays.stream(tokensPerExpert).asLongStream().sum();
        return sum == 0 ? 0 : max * (double) tokensPerExpert.length / sum;
    }

    /// Experts without a token.
    public int deadExperts() {
        return (int) Arrays.stream(tokensPerExpert).filter(count -> count == 0).count();
    }

    /// Entropy of the load divided by its largest possible value: 1 is perfect balance, 0 is one
    /// expert for all.
    public double entropy() {
        long sum = Arrays.stream(tokensPerExpert).asLongStream().sum();
        if (sum == 0 || tokensPerExpert.length == 1) {
            return 0;
        }
        double entropy = 0;
        for (int count : tokensPerExpert) {
            if (count > 0) {
                double p = count / (double) sum;
                entropy -= p * Math.log(p);
            }
        }
        return entropy / Math.log(tokensPerExpert.length);
    }

    private static OptionalDouble overlap(Routing routing, int[] previous) {
        if (previous.length != routing.expertIds().length || previous.length == 0) {
            return OptionalDouble.empty();
        }
        long common = 0;
        int topK = routing.topK();
        for (int t = 0; t < routing.tokens(); t++) {
            for (int k = 0; k < topK; k++) {
                int id = routing.expertId(t, k);
                for (int j = 0; id != Routing.EMPTY && j < topK; j++) {
                    common += previous[t * topK + j] == id ? 1 : 0;
                }
            }
        }
        return OptionalDouble.of(common / (double) previous.length);
    }
}
