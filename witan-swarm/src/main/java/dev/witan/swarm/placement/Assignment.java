// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which peers hold which experts.
///
/// @param replicas the holders of each expert in order of preference: the first is the natural
///   primary
public record Assignment(SortedMap<ExpertId, List<PeerId>> replicas) {
    /// Nobody holds anything.
    public static final Assignment EMPTY = new Assignment(new TreeMap<>());

    /// Copies, and checks that no peer holds an expert twice.
    public Assignment {
        var copy = new TreeMap<ExpertId, List<PeerId>>();
        replicas.forEach((expert, peers) -> {
            if (peers.stream().distinct().count() != peers.size()) {
                throw new IllegalArgumentException(expert + " is twice on one peer");
            }
            copy.put(expert, List.copyOf(peers));
        });
        replicas = java.util.Collections.unmodifiableSortedMap(copy);
    }

    /// The holders of an expert, best first; none for an expert that is not placed.
    public List<PeerId> holders(ExpertId expert) {
        return replicas.getOrDefault(expert, List.of());
    }

    /// Bytes that each peer holds.
    public Map<PeerId, Long> bytes(Collection<ExpertDemand> demands) {
        var bytes = new TreeMap<PeerId, Long>();
        for (ExpertDemand demand : demands) {
            for (PeerId peer : holders(demand.expert())) {
                bytes.merge(peer, demand.bytes(), Long::sum);
            }
        }
        return bytes;
    }

    /// This assignment without the peers that are gone.
    public Assignment among(Collection<PeerId> present) {
        var kept = new TreeMap<ExpertId, List<PeerId>>();
        replicas.forEach((expert, peers) ->
                kept.put(expert, peers.stream().filter(present::contains).toList()));
        return new Assignment(kept);
    }
}
