// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.swarm.protocol.Rows;
import dev.witan.swarm.protocol.TrainerId;
import dev.witan.swarm.protocol.UpdateId;

import java.util.Set;

/// The decisions that keep a host's state right, in one place so that tests can get each one wrong
/// and see that it is noticed.
class HostRules {
    static final HostRules STANDARD = new HostRules();

    /// Whether a contribution has been applied before.
    boolean applied(Set<UpdateId> applied, UpdateId id) {
        return applied.contains(id);
    }

    /// Whose gradients a trainer's contributions join.
    TrainerId owner(TrainerId trainer) {
        return trainer;
    }

    /// Whether rows from the wire may be computed with.
    boolean acceptable(Rows rows) {
        return rows.finite();
    }

    /// Whether a step may be applied.
    boolean mayCommit(boolean prepared, long openStep, long step) {
        return prepared && openStep == step;
    }

    /// Whether a commit repeats the last one.
    boolean committed(long committedStep, long step) {
        return committedStep == step;
    }

    /// Whether a contribution is based on weights too old.
    boolean stale(long version, long seen, long maxStaleness) {
        return version - seen > maxStaleness;
    }

    /// Whether a step takes no more contributions.
    boolean closed(boolean prepared, long committedStep, long openStep, long step) {
        return step <= committedStep || step < openStep || (prepared && step == openStep);
    }

    /// The time by which kept things are judged.
    long keptNow(long now) {
        return now;
    }
}
