// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.ExpertId;

import java.util.HashMap;
import java.util.Map;

/// A backup's memory of the highest epoch that it saw of each expert; lower ones are refused.
///
/// After a restart it is filled from the epochs that are stored with the experts' states.
///
/// **Threads.** One at a time.
public final class EpochFence {
    private final Map<ExpertId, Epoch> highest = new HashMap<>();

    /// Whether what comes with this epoch may be applied; from then on nothing lower is.
    public boolean admits(ExpertId expert, Epoch epoch) {
        return highest.merge(expert, epoch, (a, b) -> a.compareTo(b) < 0 ? b : a).equals(epoch);
    }
}
