// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import dev.witan.train.metrics.StepMetrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What steps measured, exactly.
record Curve(List<Double> losses, List<Double> auxiliaryLosses, List<Double> norms) {
    static Curve of(Supplier<StepMetrics> trainer, int steps) {
        var curve = new Curve(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < steps; i++) {
            StepMetrics step = trainer.get();
            curve.losses.add(step.loss());
            curve.auxiliaryLosses.add(step.auxiliaryLoss());
            curve.norms.add(step.gradientNorm());
        }
        return curve;
    }
}
