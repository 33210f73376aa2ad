// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import dev.witan.swarm.dispatch.StepOutcome;
import dev.witan.swarm.dispatch.SwarmModel;
import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.train.optimizer.AdamWConfig;

/// The decisions that make a step over many peers the step of one process, in one place so that
/// tests can get each one wrong and see that it is noticed.
class StepRules {
    static final StepRules STANDARD = new StepRules();

    /// The sum of squares of the whole gradient: the trunk's, then expert after expert, in the
    /// order in which one process adds them.
    double sumOfSquares(double trunk, StepOutcome.Prepared experts) {
        return experts.addSquares(trunk);
    }

    /// Whether a value that is not finite reached a peer makes the whole gradient one.
    boolean finite(double norm, long notFinite) {
        return notFinite == 0 && Double.isFinite(norm);
    }

    /// What the hosts do to every expert.
    ///
    /// @param step number of the optimiser's step, from 1
    AdamWUpdate update(AdamWConfig config, double learningRate, double norm, long step) {
        return new AdamWUpdate(
                config.gradientDivisor(norm),
                learningRate,
                config.weightDecay(),
                config.beta1(),
                config.beta2(),
                config.epsilon(),
                step);
    }

    /// Ends a step that changes nothing.
    void giveUp(SwarmModel swarm) {
        swarm.abandon();
    }
}
