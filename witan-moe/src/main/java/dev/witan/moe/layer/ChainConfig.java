// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

/// The variants of a chain of experts.
///
/// @param iterations C, how often tokens are routed within the layer
/// @param gatePerIteration whether each iteration has its own router
/// @param innerResidual whether an iteration adds its answer to its input; a [Block#STANDARD] block
///   needs it, since it takes `h_0` off again
/// @param outerResidual whether the block's input is added to the result ([Block#AS_CODED] only)
/// @param shared when the shared expert runs
/// @param block how the chain sits in its block
public record ChainConfig(
        int iterations,
        boolean gatePerIteration,
        boolean innerResidual,
        boolean outerResidual,
        Shared shared,
        Block block) {
    /// When the shared expert runs.
    public enum Shared {
        /// In every iteration.
        PER_ITERATION,
        /// In the first iteration only.
        ONCE
    }

    /// How the chain sits in its block; `x` is the block's residual stream, `h_0` its norm.
    public enum Block {
        /// `out = h_C [+ x]`, as the published code has it.
        AS_CODED,
        /// `out = x + (h_C - h_0)`, the usual pre-norm residual.
        STANDARD
    }

    /// Checks the number of iterations and that the block fits the residuals.
    public ChainConfig {
        if (iterations < 1 || iterations > 64) {
            throw new IllegalArgumentException("iterations must be in [1, 64], was " + iterations);
        }
        if (block == Block.STANDARD && !innerResidual) {
            throw new IllegalArgumentException(
                    "a STANDARD block needs innerResidual: without it use AS_CODED with"
                            + " outerResidual");
        }
    }

    /// A standard chain with its own gate and the shared expert in each iteration.
    public static ChainConfig standard(int iterations) {
        return new ChainConfig(iterations, true, true, false, Shared.PER_ITERATION, Block.STANDARD);
    }

    /// The published chain.
    public static ChainConfig asCoded(int iterations) {
        return new ChainConfig(iterations, true, true, false, Shared.PER_ITERATION, Block.AS_CODED);
    }
}
