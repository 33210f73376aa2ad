// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.optimizer;

/// The constants of [AdamW].
///
/// @param beta1 decay of the mean gradient, in [0, 1)
/// @param beta2 decay of the mean square, in [0, 1)
/// @param epsilon added to the root of the mean square
/// @param weightDecay decoupled decay of all weights
/// @param clipNorm largest norm of the whole gradient, 0 for no clipping
public record AdamWConfig(
        double beta1, double beta2, double epsilon, double weightDecay, double clipNorm) {
    /// Checks every value.
    public AdamWConfig {
        if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1)) {
            throw new IllegalArgumentException(
                    "beta1 and beta2 must be in [0, 1), were " + beta1 + " and " + beta2);
        }
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException("epsilon must be > 0, was " + epsilon);
        }
        if (!(weightDecay >= 0) || !(clipNorm >= 0)) {
            throw new IllegalArgumentException(
                    "weightDecay and clipNorm must be >= 0, were "
                            + weightDecay
                            + " and "
                            + clipNorm);
        }
    }

    /// What a gradient of the given norm is divided by: above 1 where it is clipped.
    public double gradientDivisor(double norm) {
        return clipNorm == 0 ? 1 : Math.max(1, (norm + 1e-6) / clipNorm);
    }

    /// The usual constants of language models: 0.9, 0.95, 1e-8, decay 0.01, clipping at 1.
    public static AdamWConfig standard() {
        return new AdamWConfig(0.9, 0.95, 1e-8, 0.01, 1);
    }
}
