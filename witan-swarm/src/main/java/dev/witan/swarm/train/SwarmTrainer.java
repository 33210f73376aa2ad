// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import dev.witan.engine.KernelSettings;
import dev.witan.model.DecoderModel;
import dev.witan.model.ModelBuilder;
import dev.witan.swarm.dispatch.DispatchCounters;
import dev.witan.swarm.dispatch.SwarmModel;
import dev.witan.train.data.DataException;
import dev.witan.train.data.TrainingData;
import dev.witan.train.loop.TrainConfig;
import dev.witan.train.loop.Trainer;
import dev.witan.train.metrics.StepMetrics;

import java.time.InstantSource;

/// A trainer that holds the trunk of a model and trains its experts on other peers.
///
/// One trainer, hosts that start with the experts of the same seed, and the precision and batch
/// mode of the trunk give the weights and losses of training in one process, to the last bit: every
/// router decides here, every expert sees the same rows in the same order, and the gradient is
/// clipped by one norm that is summed in the same order. The experts' weights, gradients and
/// moments are at their hosts only.
///
/// A step whose gradient is not finite changes nothing anywhere. Experts that nobody answers for
/// give zeros and are counted; if none answers in a whole step it ends with a
/// [dev.witan.train.loop.TrainingException] and changes nothing.
///
/// **Threads** one.
public final class SwarmTrainer {
    private final SwarmModel swarm;
    private final SwarmUpdate update;
    private final Trainer trainer;

    /// A trainer at the start of a run, with the trunk of the configuration's seed.
    ///
    /// **Errors** [DataException] if a domain is shorter than one row; a dense model →
    /// [IllegalArgumentException].
    ///
    /// @param swarm the experts of this model, for this trainer alone
    public SwarmTrainer(
            TrainConfig config, SwarmModel swarm, TrainingData data, InstantSource clock)
            throws DataException {
        this(config, swarm, data, clock, StepRules.STANDARD);
    }

    SwarmTrainer(
            TrainConfig config,
            SwarmModel swarm,
            TrainingData data,
            InstantSource clock,
            StepRules rules)
            throws DataException {
        this.swarm = swarm;
        this.update = new SwarmUpdate(config.optimizer(), swarm, rules);
        DecoderModel model =
                ModelBuilder.random(
                        config.model(),
                        KernelSettings.of(config.precision()),
                        config.seed(),
                        new SwarmLayers(config.model(), swarm));
        this.trainer = new Trainer(config, model, data, clock, update);
    }

    /// Does one step.
    public StepMetrics step() {
        return trainer.step();
    }

    /// The loop around the steps; its model and optimiser are the trunk's.
    public Trainer trainer() {
        return trainer;
    }

    /// The model; it generates over the swarm as well.
    public DecoderModel model() {
        return trainer.model();
    }

    /// What the steps came to. **Threads** any.
    public StepCounts steps() {
        return update.counts();
    }

    /// What the calls of experts came to. **Threads** any.
    public DispatchCounters.Snapshot calls() {
        return swarm.counters();
    }
}
