// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.util.Arrays;
import java.util.List;

/// How many rows each expert of a layer computed in one of the layer's iterations.
///
/// @param layer index of the layer, from 0
/// @param iteration index of the iteration within the layer, from 0
/// @param tokensPerExpert rows by expert index
public record ExpertLoad(int layer, int iteration, List<Long> tokensPerExpert) {
    /// Creates a load.
    ///
    /// Errors: negative numbers are an `IllegalArgumentException`.
    public ExpertLoad {
        tokensPerExpert = List.copyOf(tokensPerExpert);
        if (layer < 0 || iteration < 0) {
            throw new IllegalArgumentException(
                    "layer and iteration must be at least 0, were " + layer + " and " + iteration);
        }
        for (long tokens : tokensPerExpert) {
            if (tokens < 0) {
                throw new IllegalArgumentException(
                        "tokensPerExpert must be at least 0, was " + tokens);
            }
        }
    }

    /// A load from an array, which is copied.
    public static ExpertLoad of(int layer, int iteration, long[] tokensPerExpert) {
        return new ExpertLoad(layer, iteration, Arrays.stream(tokensPerExpert).boxed().toList());
    }

    /// The place of this load, as reports name it.
    String place() {
        return "layer " + layer + " · iteration " + iteration;
    }

    long total() {
        return tokensPerExpert.stream().mapToLong(Long::longValue).sum();
    }

    /// An expert's share of the rows; NaN without rows.
    double share(int expert) {
        return (double) tokensPerExpert.get(expert) / total();
    }

    /// An expert's share over the even share; NaN without rows.
    double ratio(int expert) {
        return share(expert) * tokensPerExpert.size();
    }

    /// The largest load over the mean load; NaN without rows.
    public double maxOverMean() {
        long max = tokensPerExpert.stream().mapToLong(Long::longValue).max().orElse(0);
        return (double) max / total() * tokensPerExpert.size();
    }

    /// Experts without rows.
    public long deadExperts() {
        return tokensPerExpert.stream().filter(tokens -> tokens == 0).count();
    }

    /// The load of both texts together, at the same place.
    public ExpertLoad plus(ExpertLoad other) {
        if (layer != other.layer
                || iteration != other.iteration
                || tokensPerExpert.size() != other.tokensPerExpert.size()) {
            throw new IllegalArgumentException(
                    "loads must be of one place, were " + place() + " and " + other.place());
        }
        long[] sum = new long[tokensPerExpert.size()];
        for (int e = 0; e < sum.length; e++) {
            sum[e] = tokensPerExpert.get(e) + other.tokensPerExpert.get(e);
        }
        return of(layer, iteration, sum);
    }
}
