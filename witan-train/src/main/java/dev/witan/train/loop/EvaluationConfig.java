// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

/// How often and how much held-out text is measured.
///
/// @param every steps between measurements, 0 for none during the run
/// @param windows windows per domain of a measurement during the run, 0 for the whole text; the
///   measurement at the end is always on the whole text
/// @param ablationWindows windows per domain of each ablation at the end, 0 for the whole text
public record EvaluationConfig(int every, int windows, int ablationWindows) {
    /// Checks the values.
    public EvaluationConfig {
        TrainConfig.atLeast("every", every, 0);
        TrainConfig.atLeast("windows", windows, 0);
        TrainConfig.atLeast("ablationWindows", ablationWindows, 0);
    }
}
