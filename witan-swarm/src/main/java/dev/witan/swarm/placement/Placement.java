// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

/// What came of placing experts on peers.
public sealed interface Placement {
    /// Who holds what; never more than a peer's memory.
    Assignment assignment();

    /// Every wanted replica has its peer.
    ///
    /// @param assignment who holds what
    record Complete(Assignment assignment) implements Placement {}

    /// Some replicas found no peer. First replicas of all experts go before second ones, so what is
    /// there serves as many experts as it can.
    ///
    /// @param assignment what fits
    /// @param missingBytes memory of the replicas that did not fit
    /// @param missingReplicas how many those are
    /// @param missingPeers further peers needed for as many distinct holders as the most wanted
    ///   expert asks for, whatever their memory
    record Lacking(Assignment assignment, long missingBytes, int missingReplicas, int missingPeers)
            implements Placement {
        /// One line for people.
        public String message() {
            return missingReplicas
                    + " replicas did not fit; missing: "
                    + missingBytes
                    + " bytes of memory and "
                    + missingPeers
                    + " peers";
        }
    }
}
