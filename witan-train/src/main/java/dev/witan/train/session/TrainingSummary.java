// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.session;

import dev.witan.train.loop.Evaluation;
import dev.witan.train.loop.TrainingProgress;
import dev.witan.train.report.Ablation;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What a finished run came to.
///
/// @param progress how far it went
/// @param validation the model on all of the held-out text
/// @param domains the model on the held-out text of each domain
/// @param baselineOrder order of the byte count model fitted on the training text
/// @param baseline its nats per byte on the held-out text
/// @param ablations nats per byte with parts disabled, the intact model first
/// @param ablationTokens tokens that each ablation was measured on
/// @param cpuTime processor time of this process, all threads
public record TrainingSummary(
        TrainingProgress progress,
        Evaluation validation,
        Map<String, Evaluation> domains,
        int baselineOrder,
        double baseline,
        List<Ablation> ablations,
        long ablationTokens,
        Duration cpuTime) {}
