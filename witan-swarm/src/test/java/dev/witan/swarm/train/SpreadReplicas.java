// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.dispatch.Replicas;

import java.util.List;

/// One replica of each expert, spread as [TestModel] says.
record SpreadReplicas(List<PeerId> peers) implements Replicas {
    @Override
    public List<PeerId> of(int layer, int expert) {
        return List.of(peers.get(TestModel.hostOf(layer, expert, peers.size())));
    }

    @Override
    public List<PeerId> hosts() {
        return peers.stream().sorted().toList();
    }
}
