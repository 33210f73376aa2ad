// SPDX-License-Identifier: Apache-2.0
/// The training loop: its configuration, one optimiser step, evaluation on a whole text, and a run
/// with metrics, checkpoints and a way to stop it.
///
/// [dev.witan.train.loop.Trainer] does steps and nothing else; [dev.witan.train.loop.TrainingRun]
/// drives one through a run. Equal configuration, data and start give equal losses to the last bit,
/// whatever the number of threads and however often a run was interrupted.
@NullMarked
package dev.witan.train.loop;

import org.jspecify.annotations.NullMarked;
