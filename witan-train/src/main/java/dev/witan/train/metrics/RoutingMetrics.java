// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/// How one layer's router spread tokens over its experts, in one of the layer's iterations.
///
/// Shapes: `tokensPerExpert [E]`. Units: entropy in nats; `ln E` is an even load.
///
/// @param step updates done when the measurement was taken
/// @param layer index of the layer in the model, from 0
/// @param iteration index of the router-dispatch-combine pass within the layer, from 0
/// @param tokensPerExpert rows each expert computed, by expert index
/// @param maxOverMean the largest load over the mean load; 1 is perfectly even; NaN without tokens
/// @param deadExperts experts that got no token
/// @param entropy entropy of the load's distribution over the experts; NaN without tokens
/// @param droppedFraction share of the chosen (token, expert) pairs beyond capacity, in [0, 1]
/// @param overlapWithPrevious share of the experts chosen here that the same token chose in the
///   previous iteration, in [0, 1]; empty in the first iteration
public record RoutingMetrics(
        long step,
        int layer,
        int iteration,
        List<Long> tokensPerExpert,
        double maxOverMean,
        int deadExperts,
        double entropy,
        double droppedFraction,
        OptionalDouble overlapWithPrevious)
        implements TrainingEvent {
    /// Creates a measurement from numbers that are known already.
    ///
    /// Errors: negative counts or indices are an `IllegalArgumentException`.
    public RoutingMetrics {
        Bounds.atLeastZero("step", step);
        Bounds.atLeastZero("layer", layer);
        Bounds.atLeastZero("iteration", iteration);
        Bounds.atLeastZero("deadExperts", deadExperts);
        tokensPerExpert = List.copyOf(tokensPerExpert);
        tokensPerExpert.forEach(tokens -> Bounds.atLeastZero("tokensPerExpert", tokens));
        Objects.requireNonNull(overlapWithPrevious, "overlapWithPrevious");
    }

    /// A measurement whose balance numbers follow from the counts; nothing dropped, no overlap.
    public static RoutingMetrics of(long step, int layer, int iteration, long[] tokensPerExpert) {
        long total = 0;
        long max = 0;
        int dead = 0;
        for (long tokens : tokensPerExpert) {
            Bounds.atLeastZero("tokensPerExpert", tokens);
            total += tokens;
            max = Math.max(max, tokens);
            dead += tokens == 0 ? 1 : 0;
        }
        double mean = (double) total / tokensPerExpert.length;
        return new RoutingMetrics(
                step,
                layer,
                iteration,
                Arrays.stream(tokensPerExpert).boxed().toList(),
                max / mean,
                dead,
                entropy(tokensPerExpert, total),
                0,
                OptionalDouble.empty());
    }

    /// This measurement with a share of dropped pairs.
    public RoutingMetrics withDroppedFraction(double fraction) {
        return new RoutingMetrics(
                step,
                layer,
                iteration,
                tokensPerExpert,
                maxOverMean,
                deadExperts,
                entropy,
                fraction,
                overlapWithPrevious);
    }

    /// This measurement with the overlap between this iteration and the previous one.
    public RoutingMetrics withOverlapWithPrevious(double overlap) {
        return new RoutingMetrics(
                step,
                layer,
                iteration,
                tokensPerExpert,
                maxOverMean,
                deadExperts,
                entropy,
                droppedFraction,
                OptionalDouble.of(overlap));
    }

    private static double entropy(long[] counts, long total) {
        if (total == 0) {
            return Double.NaN;
        }
        double sum = 0;
        for (long count : counts) {
            if (count > 0) {
                double share = (double) count / total;
                sum -= share * Math.log(share);
            }
        }
        return sum;
    }
}
