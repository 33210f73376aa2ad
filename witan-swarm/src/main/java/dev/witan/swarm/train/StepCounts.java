// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

/// What a trainer's steps came to.
///
/// @param committed steps that changed weights
/// @param abandoned steps that changed nothing, since a gradient was not finite
/// @param unprepared hosts that did not answer the first phase of a step, summed over steps: what
///   they had of its gradient is lost
/// @param uncommitted hosts that did not confirm the second phase, summed over steps: their experts
///   may not have moved
public record StepCounts(long committed, long abandoned, long unprepared, long uncommitted) {
    static final StepCounts NONE = new StepCounts(0, 0, 0, 0);

    StepCounts withCommitted(int absentBefore, int absentAfter) {
        return new StepCounts(
                committed + 1, abandoned, unprepared + absentBefore, uncommitted + absentAfter);
    }

    StepCounts withAbandoned(int absent) {
        return new StepCounts(committed, abandoned + 1, unprepared + absent, uncommitted);
    }
}
