// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

import dev.witan.train.data.DataPosition;

/// How far a run has come; with the weights and the optimiser's state it is all that continuing
/// needs, since everything random is drawn from the seed and the step.
///
/// @param step steps done, skipped ones included
/// @param tokens training tokens seen
/// @param data the next row
/// @param optimizerSteps steps that changed weights
/// @param skippedInARow steps skipped since the last that changed weights
public record TrainingProgress(
        long step, long tokens, DataPosition data, long optimizerSteps, int skippedInARow) {
    /// Before the first step.
    public static final TrainingProgress START =
            new TrainingProgress(0, 0, DataPosition.START, 0, 0);

    /// Checks the counts.
    public TrainingProgress {
        TrainConfig.atLeast("step", step, 0);
        TrainConfig.atLeast("tokens", tokens, 0);
        TrainConfig.atLeast("optimizerSteps", optimizerSteps, 0);
        TrainConfig.atLeast("skippedInARow", skippedInARow, 0);
    }

    /// Steps whose gradient was not finite.
    public long skippedSteps() {
        return step - optimizerSteps;
    }
}
