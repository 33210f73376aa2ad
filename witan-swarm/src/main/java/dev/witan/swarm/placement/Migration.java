// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A [MovePlan] being carried out: what may start now, and what may be dropped.
///
/// An old replica serves until the one that replaces it has announced itself. A move starts only
/// when its target has room for it beside all that it still holds or is fetching, so memory is kept
/// during the migration as well; moves that wait for each other's memory never start and are told
/// by [#blocked]. The bytes of all moves started by time t after the beginning, but the last one,
/// are at most bytesPerSecond · t.
///
/// **Threads.** One at a time; the clock is the caller's.
public final class Migration {
    private final long bytesPerSecond;
    private final Map<PeerId, Long> memory = new HashMap<>();
    private final Map<PeerId, Long> used = new HashMap<>();
    private final Map<ExpertId, Set<PeerId>> serving = new TreeMap<>();
    private final Map<ExpertId, Long> sizes = new HashMap<>();
    private final Set<Move> waiting;
    private final Map<Drop, Move> inFlight = new HashMap<>();
    private final List<Drop> surplus;
    private final Set<Drop> dropping = new HashSet<>();
    private long paidUntilNanos;

    /// A migration that begins now.
    ///
    /// **Errors.** A budget below one byte per second is an [IllegalArgumentException].
    ///
    /// @param before who holds what now
    /// @param demands sizes of the experts
    /// @param peers memory of the peers
    public Migration(
            MovePlan plan,
            Assignment before,
            Collection<ExpertDemand> demands,
            Collection<PeerCapacity> peers,
            Pace pace) {
        bytesPerSecond = pace.bytesPerSecond();
        paidUntilNanos = pace.nowNanos();
        waiting = new LinkedHashSet<>(plan.moves());
        surplus = new ArrayList<>(plan.surplus());
        peers.forEach(p -> memory.put(p.peer(), p.memoryBytes()));
        used.putAll(before.bytes(demands));
        demands.forEach(d -> sizes.put(d.expert(), d.bytes()));
        before.replicas()
                .forEach((expert, holders) -> serving.put(expert, new LinkedHashSet<>(holders)));
    }

    /// How fast, from when.
    ///
    /// @param bytesPerSecond budget of all moves of the plan together
    /// @param nowNanos the monotonic clock
    public record Pace(long bytesPerSecond, long nowNanos) {
        /// Checks the budget.
        public Pace {
            if (bytesPerSecond < 1) {
                throw new IllegalArgumentException(
                        "bytesPerSecond must be >= 1, was " + bytesPerSecond);
            }
        }
    }

    /// The moves that start now; each ends by [#announced] or [#failed].
    public List<Move> start(long nowNanos) {
        var started = new ArrayList<Move>();
        Iterator<Move> moves = waiting.iterator();
        while (moves.hasNext() && nowNanos - paidUntilNanos >= 0) {
            Move move = moves.next();
            if (!hasRoom(move)) {
                continue;
            }
            moves.remove();
            used.merge(move.target(), move.bytes(), Long::sum);
            inFlight.put(key(move.expert(), move.target()), move);
            paidUntilNanos = nowNanos + cost(move).toNanos();
            started.add(move);
        }
        return started;
    }

    /// When the next move may start, if one has room.
    public long paidUntilNanos() {
        return paidUntilNanos;
    }

    /// A new replica serves; returns what may now be dropped. Unknown announcements change nothing.
    public List<Drop> announced(ExpertId expert, PeerId peer) {
        Move move = inFlight.remove(key(expert, peer));
        if (move == null) {
            return List.of();
        }
        serving.computeIfAbsent(expert, _ -> new LinkedHashSet<>()).add(peer);
        var drops = new ArrayList<Drop>();
        move.replaces().ifPresent(old -> drops.add(key(expert, old)));
        drops.addAll(takeSurplus(expert));
        drops.forEach(this::retire);
        return drops;
    }

    /// What may be dropped without any move.
    public List<Drop> surplus() {
        var drops = new ArrayList<Drop>();
        List.copyOf(surplus).forEach(drop -> drops.addAll(takeSurplus(drop.expert())));
        drops.forEach(this::retire);
        return drops;
    }

    /// A peer has freed the memory of a replica.
    public void dropped(Drop drop) {
        if (dropping.remove(drop)) {
            used.merge(drop.peer(), -size(drop.expert()), Long::sum);
        }
    }

    /// A move came to nothing; it waits for another start.
    public void failed(ExpertId expert, PeerId target) {
        Move move = inFlight.remove(key(expert, target));
        if (move != null) {
            used.merge(target, -move.bytes(), Long::sum);
            waiting.add(move);
        }
    }

    /// Moves that nothing under way will make room for; their old replicas go on serving.
    public List<Move> blocked() {
        boolean stuck =
                inFlight.isEmpty()
                        && dropping.isEmpty()
                        && waiting.stream().noneMatch(this::hasRoom);
        return stuck ? List.copyOf(waiting) : List.of();
    }

    /// Whether nothing is left to move or to drop.
    public boolean done() {
        return waiting.isEmpty() && inFlight.isEmpty() && surplus.isEmpty() && dropping.isEmpty();
    }

    /// The peers that serve an expert now.
    public Set<PeerId> serving(ExpertId expert) {
        return Set.copyOf(serving.getOrDefault(expert, Set.of()));
    }

    /// Bytes that a peer holds or has promised to hold.
    public long usedBytes(PeerId peer) {
        return used.getOrDefault(peer, 0L);
    }

    private Duration cost(Move move) {
        return Duration.ofSeconds(move.bytes() / bytesPerSecond)
                .plusNanos((long) (move.bytes() % bytesPerSecond * (1e9 / bytesPerSecond)));
    }

    private boolean hasRoom(Move move) {
        long budget = memory.getOrDefault(move.target(), 0L);
        return usedBytes(move.target()) + move.bytes() <= budget;
    }

    private List<Drop> takeSurplus(ExpertId expert) {
        boolean moving =
                waiting.stream().anyMatch(m -> m.expert().equals(expert))
                        || inFlight.keySet().stream().anyMatch(k -> k.expert().equals(expert));
        if (moving) {
            return List.of();
        }
        List<Drop> drops = surplus.stream().filter(d -> d.expert().equals(expert)).toList();
        surplus.removeAll(drops);
        return drops;
    }

    private void retire(Drop drop) {
        Set<PeerId> peers = serving.get(drop.expert());
        if (peers != null && peers.remove(drop.peer())) {
            dropping.add(drop);
        }
    }

    private long size(ExpertId expert) {
        return sizes.getOrDefault(expert, 0L);
    }

    private static Drop key(ExpertId expert, PeerId peer) {
        return new Drop(expert, peer);
    }
}
