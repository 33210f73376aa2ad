// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import dev.witan.swarm.ExpertId;

import java.util.List;

/// What a host says to a prepare request.
public sealed interface PrepareAnswer {
    /// The step may be committed.
    ///
    /// The sums stay apart, so that a trainer adds those of all hosts in the order of the experts
    /// and gets the bits that one process would.
    ///
    /// @param sums of the experts that got contributions, ascending
    /// @param unexpected contributions applied that the trainer did not name, such as those whose
    ///   answer came too late for it
    record Ready(List<SquareSum> sums, int unexpected) implements PrepareAnswer {
        /// Copies the list.
        public Ready {
            sums = List.copyOf(sums);
        }
    }

    /// Contributions are missing; the step stays open.
    ///
    /// @param updates what the host has not
    record Missing(List<UpdateId> updates) implements PrepareAnswer {
        /// Copies the list.
        public Missing {
            updates = List.copyOf(updates);
        }
    }

    /// The size of one expert's gradient.
    ///
    /// @param sum sum of the squares of its elements, in float64
    record SquareSum(ExpertId expert, double sum) {}
}
