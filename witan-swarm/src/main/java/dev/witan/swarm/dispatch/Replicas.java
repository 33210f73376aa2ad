// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import dev.witan.swarm.PeerId;

import java.util.List;

/// Who holds which expert, as the caller knows it: a decision never waits for the network.
public interface Replicas {
    /// The peers that hold an expert, preferred first; empty if none is known.
    List<PeerId> of(int layer, int expert);

    /// Every peer that holds any expert of the model, ascending.
    List<PeerId> hosts();
}
