// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import java.util.List;

/// What the experiment varies and when it stops.
///
/// @param learningRates the step sizes tried for every system, ascending
/// @param seeds runs per system and step size, at least 2; the seeds are 1, 2, ...
/// @param maxEpochs steps after which a run counts as not converged
/// @param criterion the mean squared error of the output at which a run stops
public record VowelSettings(
        List<Double> learningRates, int seeds, int maxEpochs, double criterion) {

    public VowelSettings {
        learningRates = List.copyOf(learningRates);
        if (learningRates.isEmpty() || learningRates.stream().anyMatch(rate -> !(rate > 0))) {
            throw new IllegalArgumentException(
                    "learningRates must be positive and at least one, were " + learningRates);
        }
        if (!learningRates.equals(learningRates.stream().sorted().distinct().toList())) {
            throw new IllegalArgumentException("learningRates must ascend, were " + learningRates);
        }
        if (seeds < 2) {
            throw new IllegalArgumentException("seeds must be at least 2, was " + seeds);
        }
        if (maxEpochs < 1) {
            throw new IllegalArgumentException("maxEpochs must be at least 1, was " + maxEpochs);
        }
        if (!(criterion > 0)) {
            throw new IllegalArgumentException("criterion must be positive, was " + criterion);
        }
    }

    /// The experiment as published in this project: the paper's 25 runs and criterion 0.08, and one
    /// grid of step sizes, fixed before the first run.
    public static VowelSettings published() {
        return new VowelSettings(List.of(2.0, 5.0, 10.0, 20.0, 40.0, 80.0), 25, 6_000, 0.08);
    }
}
