// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import dev.witan.lab.statistics.Spread;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// All runs of one system with one step size.
///
/// @param epochs of the runs that converged; null if none did
public record GridCell(double learningRate, int runs, int converged, @Nullable Spread epochs) {

    static GridCell of(double learningRate, List<VowelRun> runs) {
        List<Integer> epochs =
                runs.stream().filter(VowelRun::converged).map(VowelRun::epochs).toList();
        return new GridCell(learningRate, runs.size(), epochs.size(), Spread.of(epochs));
    }

    boolean allConverged() {
        return converged == runs;
    }
}
