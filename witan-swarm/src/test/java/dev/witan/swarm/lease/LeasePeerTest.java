// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.consensus.Acceptor;
import dev.witan.swarm.consensus.Ballot;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;

class LeasePeerTest {
    private static final ExpertId EXPERT = new ExpertId("m", 0, 0);
    private static final long TERM = LeaseSimulation.TIMING.termNanos();

    private static PeerId id(int number) {
        return new PeerId(String.format("%064x", number));
    }

    private static LeasePeer founder() throws IOException {
        return LeasePeer.found(setup(1), List.of(id(1)), 0);
    }

    private static LeasePeer.Setup setup(int number) {
        var store = new SimulatedStore(new SplittableRandom(1), SimulatedStore.Forgets.NOTHING);
        return new LeasePeer.Setup(
                id(number), LeaseSimulation.TIMING, store, new SplittableRandom(number));
    }

    /// All messages of a peer to itself, at one moment.
    private static void settle(LeasePeer peer, long now) {
        Deque<Envelope> open = new ArrayDeque<>(peer.tick(now));
        while (!open.isEmpty()) {
            Envelope envelope = open.poll();
            if (envelope.to().equals(id(1))) {
                open.addAll(peer.receive(id(1), envelope.message(), now));
            }
        }
    }

    @Test
    void aSwarmOfOneIsItsOwnVoter() throws IOException {
        LeasePeer peer = founder();
        settle(peer, 0);
        peer.want(EXPERT, 0);
        settle(peer, 0);
        settle(peer, TERM / 2);
        assertThat(peer.epoch(EXPERT, TERM / 2)).contains(new Epoch(1, 1));
        assertThat(peer.epoch(new ExpertId("m", 0, 1), 0)).isEmpty();
    }

    @Test
    void aPauseLongerThanTheLeaseIsFoundOutAfterTheWork() throws IOException {
        LeasePeer peer = founder();
        settle(peer, 0);
        peer.want(EXPERT, 0);
        settle(peer, 0);
        settle(peer, TERM / 2);
        Epoch begun = peer.epoch(EXPERT, TERM / 2).orElseThrow();
        assertThat(peer.mayAcknowledge(EXPERT, begun, TERM / 2 + 1)).isTrue();
        assertThat(peer.mayAcknowledge(EXPERT, new Epoch(1, 9), TERM / 2 + 1)).isFalse();
        assertThat(peer.mayAcknowledge(EXPERT, begun, 30 * TERM)).isFalse();
    }

    @Test
    void aReleasedExpertIsNotHeldAndItsEpochIsNotUsedAgain() throws IOException {
        LeasePeer peer = founder();
        settle(peer, 0);
        peer.want(EXPERT, 0);
        settle(peer, 0);
        settle(peer, TERM / 4);
        assertThat(peer.epoch(EXPERT, TERM / 4)).contains(new Epoch(1, 1));
        assertThat(peer.release(EXPERT)).hasSize(1);
        assertThat(peer.epoch(EXPERT, TERM / 4)).isEmpty();
        peer.want(EXPERT, TERM / 4);
        settle(peer, TERM / 4);
        assertThat(peer.epoch(EXPERT, TERM / 4)).contains(new Epoch(1, 2));
    }

    @Test
    void withoutTheVotersNothingIsHeld() throws IOException {
        var alone = LeasePeer.found(setup(1), List.of(id(1), id(2), id(3)), 0);
        alone.want(EXPERT, 0);
        for (long t = 0; t < 20; t++) {
            settle(alone, t * TERM / 4);
            assertThat(alone.epoch(EXPERT, t * TERM / 4)).isEmpty();
        }
    }

    @Test
    void forgedMessagesChangeNothing() throws IOException {
        LeasePeer peer = founder();
        PeerId stranger = id(66);
        var forged = new LeaseMessage.Request(EXPERT, new Vote(new Epoch(1, 1), id(1), 0), 1, 0);
        settle(peer, 0);
        assertThat(peer.receive(stranger, forged, 1))
                .singleElement()
                .extracting(Envelope::message)
                .isInstanceOf(LeaseMessage.Refused.class);
        var taken = new Configuration(2, new TreeSet<>(List.of(stranger)));
        var chosen = new LeaseMessage.Chosen(taken, new TreeSet<>(List.of(stranger)));
        peer.receive(stranger, chosen, 1);
        assertThat(peer.configuration().orElseThrow().number()).isEqualTo(1);
        var ballot = new Ballot(1, stranger);
        assertThat(peer.receive(stranger, new LeaseMessage.Prepare(1, ballot), 1)).isEmpty();
    }

    @Test
    void consentSurvivesARestart() throws IOException {
        consentSurvivesARestart(SimulatedStore.Forgets.NOTHING);
    }

    /// A member that consented tells a later proposer so, also after a restart, and confirms
    /// nobody's right to vote in the old configuration.
    static void consentSurvivesARestart(SimulatedStore.Forgets forgets) throws IOException {
        var store = new SimulatedStore(new SplittableRandom(1), forgets);
        var setup =
                new LeasePeer.Setup(id(1), LeaseSimulation.TIMING, store, new SplittableRandom(1));
        LeasePeer member = LeasePeer.found(setup, List.of(id(1), id(2), id(3)), 0);
        var first = new Ballot(1, id(2));
        var successor = new Configuration(2, new TreeSet<>(List.of(id(1), id(2))));
        member.receive(id(2), new LeaseMessage.Prepare(1, first), 1);
        assertThat(member.receive(id(2), new LeaseMessage.Accept(1, first, successor), 2))
                .containsExactly(new Envelope(id(2), new LeaseMessage.Consented(1, first)));
        LeasePeer again = LeasePeer.open(setup, 3);
        var second = new Ballot(2, id(3));
        var accepted = Optional.of(new Acceptor.Accepted<>(first, successor));
        assertThat(again.receive(id(3), new LeaseMessage.Prepare(1, second), 4))
                .containsExactly(
                        new Envelope(id(3), new LeaseMessage.Promised(1, second, accepted)));
        assertThat(again.receive(id(3), new LeaseMessage.RightRequest(1, 5), 5)).isEmpty();
    }

    @Test
    void votersAreThreeAndFromSevenMembersOnFive() {
        for (int members = 1; members <= 9; members++) {
            var configuration =
                    new Configuration(
                            1,
                            new TreeSet<>(
                                    IntStream.range(0, members)
                                            .mapToObj(LeasePeerTest::id)
                                            .toList()));
            int voters = configuration.voters(EXPERT).size();
            assertThat(voters).isEqualTo(members >= 7 ? 5 : Math.min(members, 3));
        }
    }

    @Test
    void backupsRefuseWhatIsBelowTheHighestEpochSeen() {
        var fence = new EpochFence();
        List<Boolean> admitted = new ArrayList<>();
        for (Epoch epoch :
                List.of(new Epoch(1, 5), new Epoch(1, 5), new Epoch(2, 1), new Epoch(1, 9))) {
            admitted.add(fence.admits(EXPERT, epoch));
        }
        assertThat(admitted).containsExactly(true, true, true, false);
        assertThat(fence.admits(new ExpertId("m", 0, 1), new Epoch(1, 1))).isTrue();
    }

    @Test
    void aFounderNeedsAnEmptyStore() throws IOException {
        LeasePeer.Setup setup = setup(1);
        LeasePeer.found(setup, List.of(id(1)), 0);
        assertThatThrownBy(() -> LeasePeer.found(setup, List.of(id(1)), 0))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new LeaseTiming(Duration.ZERO, Duration.ZERO, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
