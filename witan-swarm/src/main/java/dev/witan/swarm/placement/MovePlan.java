// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import dev.witan.swarm.PeerId;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The difference between two assignments.
///
/// @param moves replicas to make; experts without any holder first, then in order of their names
/// @param surplus replicas to drop that no move replaces
public record MovePlan(List<Move> moves, List<Drop> surplus) {
    /// Copies the lists.
    public MovePlan {
        moves = List.copyOf(moves);
        surplus = List.copyOf(surplus);
    }

    /// What to do so that `before` becomes `after`.
    ///
    /// @param before who holds what, of the peers that are still there
    public static MovePlan between(
            Assignment before, Assignment after, Collection<ExpertDemand> demands) {
        var moves = new ArrayList<Move>();
        var surplus = new ArrayList<Drop>();
        List<ExpertDemand> sorted =
                demands.stream()
                        .sorted(
                                Comparator.<ExpertDemand, Boolean>comparing(
                                                d -> !before.holders(d.expert()).isEmpty())
                                        .thenComparing(ExpertDemand::expert))
                        .toList();
        for (ExpertDemand demand : sorted) {
            List<PeerId> old = before.holders(demand.expert());
            List<PeerId> wanted = after.holders(demand.expert());
            List<PeerId> made = wanted.stream().filter(p -> !old.contains(p)).toList();
            List<PeerId> dropped = old.stream().filter(p -> !wanted.contains(p)).toList();
            // An expert that also gains replicas keeps each old one as long as a new one is
            // missing.
            int additional = Math.max(0, made.size() - dropped.size());
            for (int i = 0; i < made.size(); i++) {
                Optional<PeerId> replaces =
                        i < additional
                                ? Optional.empty()
                                : Optional.of(dropped.get(i - additional));
                moves.add(new Move(demand.expert(), made.get(i), demand.bytes(), replaces));
            }
            dropped.stream()
                    .skip(made.size())
                    .forEach(peer -> surplus.add(new Drop(demand.expert(), peer)));
        }
        return new MovePlan(moves, surplus);
    }
}
