// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Faulty ways of placing: the check that the real one passes must fail on each.
@Tag("mutants")
class PlacementMutantsTest {
    record Variant(String name, ThrowingCallable faulty, ThrowingCallable real) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void isFound(Variant variant) {
        assertThatCode(variant.real).doesNotThrowAnyException();
        assertThatThrownBy(variant.faulty).isInstanceOf(AssertionError.class);
    }

    static Stream<Variant> variants() {
        return Stream.of(
                variant(
                        "budget off by one byte",
                        (d, p) -> PlacementChecks.REAL.place(d, more(p, 1)),
                        PlacementChecks::memoryIsKept),
                variant(
                        "ties broken by arrival",
                        PlacementMutantsTest::byArrival,
                        PlacementChecks::orderOfInputsDoesNotMatter),
                variant(
                        "speeds ignored",
                        (d, p) -> PlacementChecks.REAL.place(d, equal(p)),
                        placing ->
                                PlacementChecks.primariesFollowSpeeds(placing, Peers.mixed(16), 8)),
                variant(
                        "hash modulo number of peers",
                        PlacementMutantsTest::modulo,
                        placing -> PlacementChecks.aJoinMovesOnlyWhatTheNewPeerWins(placing, 16)),
                variant(
                        "hosts ignored",
                        (d, p) -> PlacementChecks.REAL.place(d, ownHosts(p)),
                        PlacementChecks::hostsAreDistinctFirst));
    }

    private static Variant variant(
            String name, PlacementChecks.Placing faulty, Consumer<PlacementChecks.Placing> check) {
        return new Variant(
                name, () -> check.accept(faulty), () -> check.accept(PlacementChecks.REAL));
    }

    private static List<PeerCapacity> more(Collection<PeerCapacity> peers, long bytes) {
        return peers.stream()
                .map(p -> new PeerCapacity(p.peer(), p.host(), p.memoryBytes() + bytes, p.speed()))
                .toList();
    }

    private static List<PeerCapacity> equal(Collection<PeerCapacity> peers) {
        return peers.stream()
                .map(p -> new PeerCapacity(p.peer(), p.host(), p.memoryBytes(), 1))
                .toList();
    }

    private static List<PeerCapacity> ownHosts(Collection<PeerCapacity> peers) {
        return peers.stream()
                .map(p -> new PeerCapacity(p.peer(), p.peer().hex(), p.memoryBytes(), p.speed()))
                .toList();
    }

    /// All costs equal, and the first that came wins.
    private static Assignment byArrival(
            Collection<ExpertDemand> demands, Collection<PeerCapacity> peers) {
        return fill(demands, new ArrayList<>(peers), 0);
    }

    private static Assignment modulo(
            Collection<ExpertDemand> demands, Collection<PeerCapacity> peers) {
        return fill(demands, new ArrayList<>(peers), 1);
    }

    private static Assignment fill(
            Collection<ExpertDemand> demands, List<PeerCapacity> peers, int factor) {
        var replicas = new TreeMap<ExpertId, List<PeerId>>();
        for (ExpertDemand demand : demands) {
            int first = factor * (demand.expert().hashCode() & 0xFFFF);
            replicas.put(
                    demand.expert(),
                    List.of(
                            peers.get(first % peers.size()).peer(),
                            peers.get((first + 1) % peers.size()).peer()));
        }
        return new Assignment(replicas);
    }
}
