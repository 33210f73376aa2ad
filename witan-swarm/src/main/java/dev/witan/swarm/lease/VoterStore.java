// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.ExpertId;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// Where a voter keeps what it must not forget.
///
/// When a `save` returns, no crash can undo it. When it throws, the record may or may not be there;
/// the voter then does not answer.
public interface VoterStore {
    /// Everything stored.
    Contents load() throws IOException;

    /// Replaces the vote about an expert.
    void save(ExpertId expert, Vote vote) throws IOException;

    /// Replaces the state of the membership.
    void save(MembershipState state) throws IOException;

    /// What a store holds.
    ///
    /// @param votes by expert
    /// @param membership none before the first configuration
    record Contents(Map<ExpertId, Vote> votes, Optional<MembershipState> membership) {
        /// Copies the map.
        public Contents {
            votes = Map.copyOf(votes);
        }

        /// Whether nothing was ever stored.
        public boolean isEmpty() {
            return votes.isEmpty() && membership.isEmpty();
        }
    }
}
