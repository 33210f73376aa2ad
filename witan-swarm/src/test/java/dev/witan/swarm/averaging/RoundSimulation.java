// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import static org.assertj.core.api.Assertions.fail;

import dev.witan.swarm.PeerId;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// One round in virtual time: participants that begin late, send NaN or vanish for good, and a
/// network that loses, delays, doubles and reorders. One seed is one history.
///
/// At the end, those who know an outcome, the vanished included, know the same one; and if a
/// majority is alive, all who are alive know it.
final class RoundSimulation {
    static final RoundPlan.Timing TIMING =
            new RoundPlan.Timing(
                    Duration.ofMillis(400), Duration.ofMillis(3000), Duration.ofMillis(20_000));

    private static final long MILLI = 1_000_000;
    private static final long TICK = 50 * MILLI;
    private static final long CALM = 4000 * MILLI;
    private static final long END = 25_000 * MILLI;
    private static final int LENGTH = 23;

    /// What a participant believes at a time; the faulty ones believe something else.
    interface Belief {
        RoundStatus status(AveragingRound round, long elapsedNanos);
    }

    static final Belief REAL = (round, _) -> round.status();

    private final long seed;
    private final SplittableRandom random;
    private final Belief belief;
    private final RoundPlan plan;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final Map<PeerId, AveragingRound> rounds = new HashMap<>();
    private final Map<PeerId, Long> vanishAt = new HashMap<>();
    private final Map<PeerId, Long> startAt = new HashMap<>();
    private final Map<PeerId, RoundStatus> believed = new HashMap<>();
    private final int lossPercent;
    private long number;
    private long now;

    private record Event(long at, long number, Runnable action) {}

    RoundSimulation(long seed, Belief belief, UnaryOperator<RoundPlan> changed) {
        this.seed = seed;
        this.belief = belief;
        random = new SplittableRandom(seed);
        int count = 1 + random.nextInt(7);
        List<PeerId> peers =
                IntStream.range(0, count)
                        .mapToObj(i -> new PeerId(String.format("%064x", i * 7919)))
                        .toList();
        RoundId id = RoundId.of("run", seed, peers, "trunk");
        var rule = seed % 2 == 0 ? new Aggregation.Mean() : new Aggregation.CoordinateMedian();
        plan = changed.apply(RoundPlan.of(id, peers, LENGTH, new Aggregator(rule, 1e6f), TIMING));
        lossPercent = random.nextInt(3) == 0 ? 0 : random.nextInt(30);
        boolean quiet = random.nextInt(4) == 0;
        for (PeerId peer : peers) {
            startAt.put(peer, quiet ? 0 : random.nextLong(1500 * MILLI));
            if (!quiet && random.nextInt(4) == 0) {
                vanishAt.put(peer, random.nextLong(4000 * MILLI));
            }
            at(startAt.get(peer), () -> start(peer));
        }
    }

    private void start(PeerId peer) {
        float[] own = AggregationChecks.normal(seed * 31 + peer.hashCode(), 1, LENGTH).get(0);
        if (random.nextInt(8) == 0) {
            own[random.nextInt(LENGTH)] = Float.NaN;
        }
        rounds.put(peer, new AveragingRound(peer, plan, own, now));
        tick(peer);
    }

    private void tick(PeerId peer) {
        if (lives(peer)) {
            AveragingRound round = round(peer);
            round.tick(now).forEach(letter -> send(peer, letter));
            note(peer, round);
            at(now + TICK, () -> tick(peer));
        }
    }

    private AveragingRound round(PeerId peer) {
        return java.util.Objects.requireNonNull(rounds.get(peer));
    }

    private boolean lives(PeerId peer) {
        return now < vanishAt.getOrDefault(peer, Long.MAX_VALUE);
    }

    private void at(long time, Runnable action) {
        events.add(new Event(time, number++, action));
    }

    private void send(PeerId from, Letter letter) {
        boolean own = letter.to().equals(from);
        if (!own && now < CALM && random.nextInt(100) < lossPercent) {
            return;
        }
        int copies = now < CALM && random.nextInt(20) == 0 ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long delay = own ? 0 : (1 + random.nextInt(60)) * MILLI;
            if (now < CALM && lossPercent > 0 && random.nextInt(30) == 0) {
                delay += random.nextInt(2000) * MILLI;
            }
            at(now + delay, () -> deliver(from, letter));
        }
    }

    private void deliver(PeerId from, Letter letter) {
        AveragingRound round = rounds.get(letter.to());
        if (round != null && lives(letter.to())) {
            round.receive(from, letter.message(), now).forEach(l -> send(letter.to(), l));
            note(letter.to(), round);
        }
    }

    /// The first belief that is not "running" is what the trainer acts on.
    private void note(PeerId peer, AveragingRound round) {
        long started = java.util.Objects.requireNonNull(startAt.get(peer));
        RoundStatus status = belief.status(round, now - started);
        if (!(status instanceof RoundStatus.Running)) {
            believed.putIfAbsent(peer, status);
        }
    }

    /// Runs to the end; returns how the round ended for those who know: 1 averaged, 0 void, −1
    /// nobody knows.
    int run() {
        while (!events.isEmpty() && events.peek().at <= END) {
            Event event = events.poll();
            now = event.at;
            event.action.run();
        }
        var outcomes = new ArrayList<String>();
        long alive = plan.participants().stream().filter(this::lives).count();
        for (PeerId peer : plan.participants()) {
            RoundStatus status = believed.getOrDefault(peer, new RoundStatus.Running());
            switch (status) {
                case RoundStatus.Running _ -> {
                    if (lives(peer)) {
                        fail("seed %d: %s never ended", seed, peer);
                    }
                }
                case RoundStatus.Lost _ -> {
                    if (lives(peer) && alive > plan.participants().size() / 2) {
                        fail("seed %d: %s is lost beside a majority", seed, peer);
                    }
                }
                case RoundStatus.Voided _ -> outcomes.add("void");
                case RoundStatus.Averaged(float[] values, String hash) -> {
                    for (float value : values) {
                        if (!Float.isFinite(value)) {
                            fail("seed %d: an average is %s", seed, value);
                        }
                    }
                    outcomes.add(hash);
                }
            }
        }
        if (outcomes.stream().distinct().count() > 1) {
            fail("seed %d: outcomes differ: %s", seed, outcomes);
        }
        return outcomes.isEmpty() ? -1 : outcomes.get(0).equals("void") ? 0 : 1;
    }
}
