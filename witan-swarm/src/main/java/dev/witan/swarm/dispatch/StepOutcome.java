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
            return addSquares(0);
        }

        /// `sum` and the squares of all experts' gradients, added expert after expert in their
        /// order: with the trunk's as `sum` it has the bits that it would have in one process.
        public double addSquares(double sum) {
            double total = sum;
            for (SquareSum part : sums) {
                total += part.sum();
            }
            return total;
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
