// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.protocol.PrepareAnswer.SquareSum;

import java.util.List;

/// What the hosts said to one phase of a step.
public sealed interface StepOutcome {
    /// Hosts that did not take part; the step goes on without them, and its contributions there are
    /// lost.
    List<PeerId> absent();

    /// The first phase.
    ///
    /// @param sums squares of the gradient of every expert that got contributions, ascending
    /// @param lostUpdates contributions confirmed once that hosts no longer have
    record Prepared(List<SquareSum> sums, List<PeerId> absent, int lostUpdates)
            implements StepOutcome {
        /// Copies the lists.
        public Prepared {
            sums = List.copyOf(sums);
            absent = List.copyOf(absent);
        }

        /// The sum over all experts, in their order.
        public double sumOfSquares() {
            double sum = 0;
            for (SquareSum part : sums) {
                sum += part.sum();
            }
            return sum;
        }
    }

    /// The second phase.
    record Committed(List<PeerId> absent) implements StepOutcome {
        /// Copies the list.
        public Committed {
            absent = List.copyOf(absent);
        }
    }
}
