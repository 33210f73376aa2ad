// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import dev.witan.engine.ExplicitGradient;

/// One forward pass through a model, as its layers see it.
///
/// @param training whether noise, jitter and capacity apply
/// @param seed seed of everything random in this pass
/// @param sequences number of equally long sequences that the T tokens consist of, in order
/// @param tokenIds id of each token, for routers that route by it; empty if unknown
/// @param tape where explicit gradients are recorded
public record Pass(
        boolean training, long seed, int sequences, int[] tokenIds, ExplicitGradient tape) {
    /// Checks that there is at least one sequence.
    public Pass {
        if (sequences < 1) {
            throw new IllegalArgumentException("sequences must be >= 1, was " + sequences);
        }
    }

    /// A pass without training, for one sequence.
    public static Pass inference() {
        return new Pass(false, 0, 1, new int[0], new ExplicitGradient());
    }

    /// A training pass for one sequence.
    public static Pass training(long seed, ExplicitGradient tape) {
        return new Pass(true, seed, 1, new int[0], tape);
    }

    /// The same pass with a seed of its own for the part numbered `part`.
    public Pass forPart(int part) {
        long mixed = (seed ^ (0x9E3779B97F4A7C15L * (part + 1L))) * 0xBF58476D1CE4E5B9L;
        return new Pass(training, mixed ^ (mixed >>> 31), sequences, tokenIds, tape);
    }
}
