// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

/// The constants of one optimiser step, chosen by the trainer.
///
/// @param gradientDivisor what gradients are divided by; above 1 where the norm is clipped
/// @param optimizerStep number of the step for bias correction, from 1
public record AdamWUpdate(
        double gradientDivisor,
        double learningRate,
        double weightDecay,
        double beta1,
        double beta2,
        double epsilon,
        long optimizerStep) {
    /// Whether every value is in its range; what comes from the wire may not be.
    public boolean valid() {
        return gradientDivisor > 0
                && Double.isFinite(gradientDivisor)
                && learningRate >= 0
                && Double.isFinite(learningRate)
                && weightDecay >= 0
                && Double.isFinite(weightDecay)
                && (beta1 >= 0 && beta1 < 1)
                && (beta2 >= 0 && beta2 < 1)
                && (epsilon > 0 && Double.isFinite(epsilon))
                && optimizerStep >= 1;
    }
}
