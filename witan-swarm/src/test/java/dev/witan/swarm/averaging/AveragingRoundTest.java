// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.PeerId;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

class AveragingRoundTest {
    private static final long STAGE = RoundSimulation.TIMING.stage().toNanos();

    private static PeerId id(int number) {
        return new PeerId(String.format("%064x", number));
    }

    private static RoundPlan plan(int count) {
        List<PeerId> peers = IntStream.range(0, count).mapToObj(AveragingRoundTest::id).toList();
        return RoundPlan.of(
                RoundId.of("run", 1, peers, "hash"),
                peers,
                10,
                new Aggregator(new Aggregation.Mean(), 100),
                RoundSimulation.TIMING);
    }

    private static float[] constant(float value) {
        var values = new float[10];
        java.util.Arrays.fill(values, value);
        return values;
    }

    private static Map<PeerId, AveragingRound> rounds(RoundPlan plan) {
        var rounds = new HashMap<PeerId, AveragingRound>();
        for (int i = 0; i < plan.participants().size(); i++) {
            rounds.put(id(i), new AveragingRound(id(i), plan, constant(i), 0));
        }
        return rounds;
    }

    private static AveragingRound at(Map<PeerId, AveragingRound> rounds, PeerId peer) {
        return java.util.Objects.requireNonNull(rounds.get(peer));
    }

    /// Ticks everyone but `gone` and delivers all messages between them at once.
    private static void exchange(Map<PeerId, AveragingRound> rounds, long now, Set<PeerId> gone) {
        record Mail(PeerId from, Letter letter) {}
        Deque<Mail> open = new ArrayDeque<>();
        rounds.forEach((peer, round) -> {
            if (!gone.contains(peer)) {
                round.tick(now).forEach(letter -> open.add(new Mail(peer, letter)));
            }
        });
        while (!open.isEmpty()) {
            Mail mail = open.poll();
            PeerId to = mail.letter().to();
            if (!gone.contains(to)) {
                at(rounds, to)
                        .receive(mail.from(), mail.letter().message(), now)
                        .forEach(letter -> open.add(new Mail(to, letter)));
            }
        }
    }

    @Test
    void aCalmRoundEndsInTwoTicksWithTheMean() {
        Map<PeerId, AveragingRound> rounds = rounds(plan(3));
        exchange(rounds, 0, Set.of());
        exchange(rounds, 1, Set.of());
        List<String> hashes = new ArrayList<>();
        for (AveragingRound round : rounds.values()) {
            assertThat(round.status()).isInstanceOf(RoundStatus.Averaged.class);
            var averaged = (RoundStatus.Averaged) round.status();
            assertThat(averaged.values()).isEqualTo(constant(1));
            hashes.add(averaged.hash());
        }
        assertThat(hashes).containsOnly(RoundId.hash(constant(1)));
    }

    @Test
    void theSliceOfAVanishedOwnerIsReducedByTheNextInOrder() {
        Map<PeerId, AveragingRound> rounds = rounds(plan(3));
        for (int t = 0; t < 40; t++) {
            exchange(rounds, t * STAGE / 8, Set.of(id(0)));
        }
        for (int i = 1; i < 3; i++) {
            assertThat(at(rounds, id(i)).status()).isInstanceOf(RoundStatus.Averaged.class);
            var averaged = (RoundStatus.Averaged) at(rounds, id(i)).status();
            assertThat(averaged.values()).isEqualTo(constant(1.5f));
        }
        assertThat(at(rounds, id(0)).status()).isInstanceOf(RoundStatus.Running.class);
    }

    @Test
    void withoutAMajorityTheRoundIsLost() {
        Map<PeerId, AveragingRound> rounds = rounds(plan(4));
        Set<PeerId> gone = Set.of(id(0), id(1));
        for (int t = 0; t < 1000; t++) {
            exchange(rounds, t * STAGE / 8, gone);
        }
        assertThat(at(rounds, id(2)).status()).isInstanceOf(RoundStatus.Lost.class);
    }

    @Test
    void aNanContributionIsDroppedAndCounted() {
        RoundPlan plan = plan(3);
        Map<PeerId, AveragingRound> rounds = rounds(plan);
        rounds.put(id(2), new AveragingRound(id(2), plan, constant(Float.NaN), 0));
        exchange(rounds, 0, Set.of());
        exchange(rounds, 1, Set.of());
        var averaged = (RoundStatus.Averaged) at(rounds, id(2)).status();
        assertThat(averaged.values()).isEqualTo(constant(0.5f));
        assertThat(rounds.values().stream().mapToInt(AveragingRound::dropped)).containsOnly(1);
    }

    @Test
    void otherRoundsAndStrangersAreIgnoredAndCounted() {
        RoundPlan plan = plan(2);
        var round = new AveragingRound(id(0), plan, constant(0), 0);
        RoundId other = RoundId.of("run", 2, plan.participants(), "hash");
        var foreign = new RoundMessage.Contribution(other, 0, new float[5]);
        assertThat(round.receive(id(1), foreign, 0)).isEmpty();
        var voided = new RoundMessage.Decided(plan.id(), new RoundOutcome.Nothing());
        assertThat(round.receive(id(9), voided, 0)).isEmpty();
        assertThat(round.ignored()).isEqualTo(2);
        assertThat(round.status()).isInstanceOf(RoundStatus.Running.class);
        var wrong = new RoundMessage.Contribution(plan.id(), 7, new float[5]);
        assertThat(round.receive(id(1), wrong, 0)).isEmpty();
        var shortSlice = new RoundMessage.Contribution(plan.id(), 0, new float[4]);
        assertThat(round.receive(id(1), shortSlice, 0)).isEmpty();
        assertThat(round.receive(id(1), new RoundMessage.Fetch(plan.id(), -1, ""), 0)).isEmpty();
        assertThat(round.dropped()).isEqualTo(2);
    }

    @Test
    void idsNameEverythingThatMustBeEqual() {
        List<PeerId> peers = List.of(id(1), id(2));
        RoundId id = RoundId.of("run", 1, peers, "hash");
        assertThat(RoundId.of("run", 1, List.of(id(2), id(1), id(2)), "hash")).isEqualTo(id);
        assertThat(RoundId.of("run2", 1, peers, "hash")).isNotEqualTo(id);
        assertThat(RoundId.of("run", 2, peers, "hash")).isNotEqualTo(id);
        assertThat(RoundId.of("run", 1, List.of(id(1)), "hash")).isNotEqualTo(id);
        assertThat(RoundId.of("run", 1, peers, "hash2")).isNotEqualTo(id);
        assertThatThrownBy(() -> new RoundId("xyz")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void impossibleParticipationIsRefused() {
        assertThatThrownBy(() -> new AveragingRound(id(7), plan(2), constant(0), 0))
                .hasMessageEndingWith("is not a participant of the round");
        assertThatThrownBy(() -> new AveragingRound(id(0), plan(2), new float[9], 0))
                .hasMessage("contribution must have 10 elements, had 9");
        assertThatThrownBy(() -> plan(11)).hasMessage("length must be >= 11, was 10");
    }
}
