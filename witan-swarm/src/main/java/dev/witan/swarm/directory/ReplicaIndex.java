// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// From expert to replicas.
///
/// **Threads** one writer at a time, any number of readers, which never wait.
final class ReplicaIndex {
    /// Primaries first, of several the one of the latest epoch; then by peer.
    private static final Comparator<Replica> ORDER =
            Comparator.comparing((Replica replica) -> replica.record().role())
                    .thenComparing(replica -> replica.record().epoch(), Comparator.reverseOrder())
                    .thenComparing(Replica::peer);

    private record Entry(Slot slot, long sequence, Replica replica) {}

    private record Holders(List<Entry> entries, List<Replica> replicas) {}

    private final Map<ExpertId, Holders> holders = new ConcurrentHashMap<>();

    List<Replica> replicas(ExpertId expert) {
        Holders found = holders.get(expert);
        return found == null ? List.of() : found.replicas;
    }

    int experts() {
        return holders.size();
    }

    void remove(SignedPiece piece) {
        for (ExpertRecord record : piece.piece().records()) {
            holders.computeIfPresent(
                    record.expert(),
                    (_, old) -> {
                        var entries = new ArrayList<>(old.entries);
                        entries.removeIf(entry -> entry.slot.equals(piece.slot()));
                        return entries.isEmpty() ? null : holders(entries);
                    });
        }
    }

    void add(SignedPiece piece) {
        if (!(piece.piece().content()
                instanceof Piece.Content.Experts(var endpoint, var records))) {
            return;
        }
        PeerId peer = piece.slot().peer();
        for (ExpertRecord record : records) {
            var entry =
                    new Entry(piece.slot(), piece.sequence(), new Replica(peer, endpoint, record));
            holders.merge(
                    record.expert(),
                    holders(List.of(entry)),
                    (old, _) -> {
                        var entries = new ArrayList<>(old.entries);
                        entries.add(entry);
                        return holders(entries);
                    });
        }
    }

    /// A peer counts once. While an expert moves between two pieces of one peer, the later counts.
    private static Holders holders(List<Entry> entries) {
        var latest = new HashMap<PeerId, Entry>();
        for (Entry entry : entries) {
            latest.merge(entry.replica.peer(), entry, (a, b) -> a.sequence >= b.sequence ? a : b);
        }
        return new Holders(
                List.copyOf(entries),
                latest.values().stream().map(Entry::replica).sorted(ORDER).toList());
    }
}
