// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.dispatch.DispatchCounters;
import dev.witan.swarm.dispatch.StepOutcome;
import dev.witan.swarm.dispatch.SwarmModel;
import dev.witan.train.loop.StepUpdate;
import dev.witan.train.loop.TrainingException;
import dev.witan.train.optimizer.AdamW;
import dev.witan.train.optimizer.AdamWConfig;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/// The end of a step whose gradient is in many places: all say how large their part is, and all
/// change their part by the whole's clipping.
///
/// The trunk moves after the hosts were told to: whatever they answer, trainer and experts are at
/// the same step.
final class SwarmUpdate implements StepUpdate {
    private static final Logger LOG = LoggerFactory.getLogger(SwarmUpdate.class);

    private final AdamWConfig config;
    private final SwarmModel swarm;
    private final StepRules rules;
    private volatile StepCounts counts = StepCounts.NONE;
    private DispatchCounters.Snapshot before;
    private List<PeerId> absent = List.of();

    SwarmUpdate(AdamWConfig config, SwarmModel swarm, StepRules rules) {
        this.config = config;
        this.swarm = swarm;
        this.rules = rules;
        this.before = swarm.counters();
    }

    StepCounts counts() {
        return counts;
    }

    @Override
    public double apply(AdamW trunk, double learningRate) {
        DispatchCounters.Snapshot now = swarm.counters();
        long rows = now.rows() - before.rows();
        long degraded = now.degradedRows() - before.degradedRows();
        long notFinite = now.notFinite() - before.notFinite();
        before = now;
        if (rows > 0 && degraded == rows && notFinite == 0) {
            trunk.discard();
            rules.giveUp(swarm);
            throw new TrainingException(
                    "no peer answered for any expert in a whole step: see that the peers run and"
                            + " can be reached, then go on from the last checkpoint");
        }
        StepOutcome.Prepared prepared = swarm.prepare();
        report(prepared.absent());
        double norm = Math.sqrt(rules.sumOfSquares(trunk.addSquares(0), prepared));
        if (!rules.finite(norm, notFinite)) {
            trunk.discard();
            rules.giveUp(swarm);
            counts = counts.withAbandoned(prepared.absent().size());
            return Double.isFinite(norm) ? Double.NaN : norm;
        }
        StepOutcome.Committed committed =
                swarm.commit(rules.update(config, learningRate, norm, trunk.steps() + 1));
        trunk.update(learningRate, norm);
        counts = counts.withCommitted(prepared.absent().size(), committed.absent().size());
        return norm;
    }

    /// One line whenever who takes part has changed.
    private void report(List<PeerId> now) {
        if (!now.equals(absent)) {
            absent = now;
            LOG.warn(
                    "hosts that take no part in steps now: {}",
                    now.isEmpty() ? "none" : now.stream().map(PeerId::shortName).toList());
        }
    }
}
