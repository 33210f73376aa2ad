// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import static dev.witan.swarm.directory.TestDirectories.HERE;
import static dev.witan.swarm.directory.TestDirectories.PROOF;
import static dev.witan.swarm.directory.TestDirectories.SMALL;
import static dev.witan.swarm.directory.TestDirectories.SWARM;
import static dev.witan.swarm.directory.TestDirectories.directory;
import static dev.witan.swarm.directory.TestDirectories.experts;
import static dev.witan.swarm.directory.TestDirectories.peer;
import static dev.witan.swarm.directory.TestDirectories.record;
import static dev.witan.swarm.directory.TestDirectories.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.identity.PeerKey;
import dev.witan.swarm.identity.SwarmId;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/// Faulty variants of the directory's parts: the check that passes on the real part must fail on
/// each.
@Tag("mutants")
final class DirectoryMutantsTest {
    private static final List<PieceCheck> REAL =
            PieceGate.standard(SWARM, (_, proof) -> proof.length == 3, SMALL);

    /// A fault, the check on the faulty part, and the same check on the real one.
    record Variant(String name, ThrowingCallable faulty, ThrowingCallable real) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"gates", "merges"})
    void isKilled(Variant variant) {
        assertThatCode(variant.real).doesNotThrowAnyException();
        assertThatThrownBy(variant.faulty).isInstanceOf(AssertionError.class);
        System.out.println("killed: " + variant);
    }

    @FunctionalInterface
    interface Scenario<T> {
        void run(T part) throws IOException;
    }

    static Stream<Variant> gates() {
        return Stream.of(
                gate("another swarm's piece taken", 0, DirectoryMutantsTest::swarmIsChecked),
                gate("piece in the wrong shard taken", 1, DirectoryMutantsTest::placeIsChecked),
                gate("sequence number not checked", 2, DirectoryMutantsTest::replayIsCounted),
                gate("signature not checked", 4, DirectoryMutantsTest::signatureIsChecked),
                gate("stranger's piece taken", 5, DirectoryMutantsTest::memberIsChecked),
                variant(
                        "tombstone without signature accepted",
                        REAL,
                        instead(
                                4,
                                (piece, known) ->
                                        piece.piece().records().isEmpty()
                                                ? Optional.empty()
                                                : REAL.get(4).check(piece, known)),
                        DirectoryMutantsTest::tombstoneIsSigned),
                variant(
                        "proof of the piece before not compared",
                        REAL,
                        instead(
                                5,
                                (piece, known) ->
                                        known.pieces().containsKey(piece.slot())
                                                ? Optional.empty()
                                                : REAL.get(5).check(piece, known)),
                        DirectoryMutantsTest::newProofIsChecked));
    }

    static Stream<Variant> merges() {
        return Stream.of(
                merge("last arrival wins", (_, b) -> b),
                merge("first arrival wins", (a, _) -> a),
                merge("equal numbers by arrival", (a, b) -> a.sequence() >= b.sequence() ? a : b),
                merge(
                        "tombstone wins for ever",
                        (a, b) -> a.piece().records().isEmpty() ? a : SignedPiece.later(a, b)),
                variant(
                        "lower number wins",
                        SignedPiece::later,
                        (a, b) -> SignedPiece.later(a, b).equals(a) ? b : a,
                        DirectoryMutantsTest::newsArrives));
    }

    private static <T> Variant variant(String name, T real, T faulty, Scenario<T> scenario) {
        return new Variant(name, () -> scenario.run(faulty), () -> scenario.run(real));
    }

    private static Variant gate(String name, int at, Scenario<List<PieceCheck>> scenario) {
        return variant(name, REAL, instead(at, (_, _) -> Optional.empty()), scenario);
    }

    private static Variant merge(String name, BinaryOperator<SignedPiece> faulty) {
        return variant(name, SignedPiece::later, faulty, DirectoryMutantsTest::everyOrderEndsEqual);
    }

    private static List<PieceCheck> instead(int at, PieceCheck other) {
        var some = new ArrayList<>(REAL);
        some.set(at, other);
        return some;
    }

    private static Directory behind(List<PieceCheck> checks) {
        return new Directory(SWARM, SMALL, _ -> false, new PieceGate(checks));
    }

    private static byte[] shardOf(Directory directory, PeerKey peer) {
        return directory.shard(new Slot(peer.peer(), 0).shard(SMALL)).encode();
    }

    private static void swarmIsChecked(List<PieceCheck> checks) throws IOException {
        SwarmId elsewhere = SwarmId.random(TestDirectories.SECURE);
        var other = new Directory(elsewhere, SMALL, (_, _) -> true, _ -> false);
        other.publish(peer(), experts(1, 1));
        Directory there = behind(checks);
        sync(other, there);
        assertThat(there.experts()).isZero();
    }

    private static void placeIsChecked(List<PieceCheck> checks) throws IOException {
        Directory here = directory();
        PeerKey peer = peer();
        here.publish(peer, experts(1, 1));
        int key = new Slot(peer.peer(), 0).shard(SMALL);
        List<SignedPiece> pieces = List.copyOf(here.shard(key).pieces().values());
        Directory there = behind(checks);
        there.receive(DirectoryShard.of((key + 1) % SMALL.shards(), pieces).encode());
        assertThat(there.experts()).isZero();
    }

    private static void replayIsCounted(List<PieceCheck> checks) throws IOException {
        Directory here = directory();
        PeerKey peer = peer();
        here.publish(peer, experts(1, 1));
        byte[] old = shardOf(here, peer);
        here.publish(peer, experts(1, 2));
        Directory there = behind(checks);
        sync(here, there);
        there.receive(old);
        assertThat(there.dropped(Drop.REPLAYED)).isEqualTo(1);
    }

    private static void signatureIsChecked(List<PieceCheck> checks) throws IOException {
        Directory here = directory();
        PeerKey peer = peer();
        here.publish(peer, experts(1, 1));
        byte[] forged = shardOf(here, peer);
        forged[forged.length - 65] ^= 1;
        Directory there = behind(checks);
        there.receive(forged);
        assertThat(there.experts()).isZero();
    }

    private static void memberIsChecked(List<PieceCheck> checks) throws IOException {
        var lax = new Directory(SWARM, SMALL, (_, _) -> true, _ -> false);
        lax.publish(peer(), new Publication(HERE, List.of(record(0, 0, 1)), new byte[1]));
        Directory there = behind(checks);
        sync(lax, there);
        assertThat(there.experts()).isZero();
    }

    private static void newProofIsChecked(List<PieceCheck> checks) throws IOException {
        Directory here = directory();
        PeerKey peer = peer();
        here.publish(peer, experts(1, 1));
        Directory there = behind(checks);
        sync(here, there);
        here.publish(peer, new Publication(HERE, List.of(record(0, 0, 2)), new byte[1]));
        sync(here, there);
        assertThat(there.dropped(Drop.FOREIGN)).isEqualTo(1);
    }

    private static void tombstoneIsSigned(List<PieceCheck> checks) throws IOException {
        Directory here = directory();
        PeerKey peer = peer();
        here.publish(peer, experts(1, 1));
        Directory there = behind(checks);
        sync(here, there);
        here.leave(peer, PROOF);
        byte[] forged = shardOf(here, peer);
        forged[forged.length - 1] ^= 1;
        there.receive(forged);
        assertThat(there.experts()).isEqualTo(1);
    }

    /// A peer's pieces with the numbers 1, 2 (a tombstone), 3 and another one with the number 3.
    private static void everyOrderEndsEqual(BinaryOperator<SignedPiece> keep) throws IOException {
        PeerKey peer = peer();
        Directory here = directory();
        var pieces = new ArrayList<SignedPiece>();
        here.publish(peer, experts(1, 1)).forEach(s -> pieces.addAll(s.pieces().values()));
        here.leave(peer, PROOF).forEach(s -> pieces.addAll(s.pieces().values()));
        Directory twin = directory();
        sync(here, twin);
        here.publish(peer, experts(1, 3)).forEach(s -> pieces.addAll(s.pieces().values()));
        twin.publish(peer, experts(1, 4)).forEach(s -> pieces.addAll(s.pieces().values()));
        var forwards = new TreeMap<Slot, SignedPiece>();
        pieces.forEach(p -> forwards.merge(p.slot(), p, keep));
        var backwards = new TreeMap<Slot, SignedPiece>();
        pieces.reversed().forEach(p -> backwards.merge(p.slot(), p, keep));
        assertThat(forwards).isEqualTo(backwards);
        assertThat(forwards.firstEntry().getValue().sequence()).isEqualTo(3);
    }

    private static void newsArrives(BinaryOperator<SignedPiece> keep) throws IOException {
        PeerKey peer = peer();
        Directory here = directory();
        SignedPiece old = piece(here.publish(peer, experts(1, 1)));
        SignedPiece next = piece(here.publish(peer, experts(1, 2)));
        assertThat(keep.apply(old, next)).isEqualTo(next);
    }

    private static SignedPiece piece(List<DirectoryShard> shards) {
        return shards.getFirst().pieces().firstEntry().getValue();
    }
}
