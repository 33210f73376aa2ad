// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import org.jspecify.annotations.Nullable;

/// One training run.
///
/// @param epochs steps taken
/// @param meanSquaredError of the training rows at the end
/// @param trainAccuracy share of training rows on the right side of 0.5
/// @param testAccuracy the same for the test rows
/// @param activeExperts experts with more than 5 % of the gate on some training row; null for
///   networks
public record VowelRun(
        String system,
        double learningRate,
        int seed,
        boolean converged,
        int epochs,
        double meanSquaredError,
        double trainAccuracy,
        double testAccuracy,
        @Nullable Integer activeExperts) {}
