// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import static org.assertj.core.api.Assertions.fail;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/// Peers that contend for leases in virtual time, over a network that loses, delays, doubles and
/// reorders, while they crash, stop, restart and change their membership. One seed is one history.
///
/// After every grant: no two peers are valid for an expert at once, no epoch has two holders, no
/// number two configurations, epochs only rise. After the faults end: every expert finds one
/// primary.
final class LeaseSimulation {
    static final double DRIFT = 0.05;
    static final LeaseTiming TIMING =
            new LeaseTiming(
                    Duration.ofMillis(1000), Duration.ofMillis(1000), Duration.ofMillis(110));

    private static final long MILLI = 1_000_000;
    private static final long TICK = 50 * MILLI;
    private static final long TROUBLE_ENDS = 15_000 * MILLI;
    private static final long END = 27_000 * MILLI;

    private final long seed;
    private final SplittableRandom random;
    private final LeaseFaults faults;
    private final List<ExpertId> experts = new ArrayList<>();
    private final Map<PeerId, SimulatedPeer> peers = new HashMap<>();
    private final List<SimulatedPeer> order = new ArrayList<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final Map<ExpertId, Epoch> highest = new HashMap<>();
    private final Map<ExpertId, Map<Epoch, String>> owners = new HashMap<>();
    private final Map<Long, Configuration> configurations = new HashMap<>();
    private final int lossPercent;
    private final int delayMax;
    private final Mode mode;
    private long number;
    private long now;
    private long trace = 17;
    private int grants;
    private List<PeerId> cutOff = List.of();

    /// What the trouble is made of.
    private enum Mode {
        EVERYTHING,
        CRASHES_AND_PROPOSALS,
        LONG_PARTITIONS
    }

    private record Event(long at, long number, SimulatedPeer target, Runnable action) {}

    LeaseSimulation(long seed, LeaseFaults faults) {
        this.seed = seed;
        this.faults = faults;
        random = new SplittableRandom(seed);
        lossPercent = random.nextInt(25);
        delayMax = random.nextBoolean() ? 5 : 40;
        mode = Mode.values()[random.nextInt(3)];
        int count = 1 + random.nextInt(8);
        for (int e = 0; e < 2; e++) {
            experts.add(new ExpertId("m", 0, e));
        }
        for (int p = 0; p < count + 2; p++) {
            var peer = new SimulatedPeer(id(), faults, random.split());
            peers.put(peer.id, peer);
            order.add(peer);
        }
        List<PeerId> founders = order.subList(0, count).stream().map(p -> p.id).toList();
        for (int p = 0; p < order.size(); p++) {
            SimulatedPeer peer = order.get(p);
            if (p < count) {
                peer.found(founders, 0);
            } else {
                peer.start(0);
            }
            peer.store.trouble = 10;
            wantAll(peer);
            tick(peer, random.nextLong(TICK));
        }
        trouble(random.nextLong(1000 * MILLI));
    }

    private PeerId id() {
        var hex = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            hex.append(String.format("%016x", random.nextLong()));
        }
        return new PeerId(hex.toString());
    }

    /// Runs to the end and returns a hash of all that happened.
    long run() {
        while (!events.isEmpty() && events.peek().at <= END) {
            Event event = events.poll();
            now = event.at;
            SimulatedPeer target = event.target;
            if (now < target.pausedUntil) {
                events.add(new Event(target.pausedUntil, number++, target, event.action));
                continue;
            }
            trace = trace * 31 + now;
            event.action.run();
        }
        progressed();
        return trace;
    }

    int grants() {
        return grants;
    }

    private void at(long time, SimulatedPeer target, Runnable action) {
        events.add(new Event(time, number++, target, action));
    }

    private void tick(SimulatedPeer peer, long delay) {
        at(
                now + delay,
                peer,
                () -> {
                    act(
                            peer,
                            () -> peer.peer().map(p -> p.tick(peer.clock(now))).orElse(List.of()));
                    tick(peer, TICK);
                });
    }

    private interface Acting {
        List<Envelope> act();
    }

    /// What a process does in one go; a crash in between loses what it wanted to send.
    private void act(SimulatedPeer peer, Acting acting) {
        try {
            acting.act().forEach(envelope -> send(peer, envelope));
        } catch (SimulatedStore.Crash e) {
            crash(peer);
        }
    }

    private void crash(SimulatedPeer peer) {
        peer.crash();
        at(
                now + (100 + random.nextInt(mode == Mode.EVERYTHING ? 3000 : 300)) * MILLI,
                peer,
                () -> {
                    if (!peer.lives()) {
                        peer.start(now);
                        wantAll(peer);
                    }
                });
    }

    private void wantAll(SimulatedPeer peer) {
        experts.forEach(e -> peer.peer().ifPresent(p -> p.want(e, peer.clock(now))));
    }

    private void send(SimulatedPeer from, Envelope envelope) {
        boolean calm = now >= TROUBLE_ENDS;
        boolean own = envelope.to().equals(from.id);
        boolean cut = cutOff.contains(from.id) != cutOff.contains(envelope.to());
        if (!calm && !own && (cut || random.nextInt(100) < lossPercent)) {
            return;
        }
        int copies = !calm && random.nextInt(20) == 0 ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long delay = own ? 0 : (1 + random.nextInt(delayMax)) * MILLI;
            if (!calm && random.nextInt(50) == 0) {
                delay += random.nextInt(3000) * MILLI;
            }
            SimulatedPeer to = peers.get(envelope.to());
            if (to != null) {
                at(now + delay, to, () -> deliver(from.id, to, envelope.message()));
            }
        }
    }

    private void deliver(PeerId from, SimulatedPeer to, LeaseMessage message) {
        act(to, () -> to.receive(from, message, now));
        if (message instanceof LeaseMessage.Granted granted) {
            check(to, granted.expert());
        }
        to.peer().flatMap(LeasePeer::configuration).ifPresent(this::check);
    }

    /// Crashes, stops, partitions and proposals, until the trouble ends.
    private void trouble(long delay) {
        SimulatedPeer peer = order.get(random.nextInt(order.size()));
        events.add(
                new Event(
                        now + delay,
                        number++,
                        new SimulatedPeer(id(), faults, random.split()),
                        () -> {
                            if (now < TROUBLE_ENDS) {
                                strike(peer);
                                trouble(
                                        random.nextLong(
                                                (mode == Mode.EVERYTHING ? 1500 : 500) * MILLI));
                            } else {
                                cutOff = List.of();
                                order.forEach(p -> p.store.trouble = 0);
                            }
                        }));
    }

    private void strike(SimulatedPeer peer) {
        switch (mode) {
            case EVERYTHING -> anything(peer);
            case CRASHES_AND_PROPOSALS -> {
                if (random.nextInt(3) == 0) {
                    crash(peer);
                } else {
                    propose(peer, order.stream().filter(_ -> random.nextInt(5) > 0).toList());
                }
            }
            case LONG_PARTITIONS -> {
                if (random.nextInt(12) == 0) {
                    cutOff = some(2);
                } else {
                    // Each side would go on without the other.
                    boolean side = cutOff.contains(peer.id);
                    propose(
                            peer,
                            order.stream().filter(p -> cutOff.contains(p.id) == side).toList());
                }
            }
        }
    }

    private List<PeerId> some(int oneIn) {
        return order.stream().map(p -> p.id).filter(_ -> random.nextInt(oneIn) == 0).toList();
    }

    private void propose(SimulatedPeer peer, List<SimulatedPeer> members) {
        if (!members.isEmpty()) {
            List<PeerId> ids = members.stream().map(p -> p.id).toList();
            peer.peer().ifPresent(p -> p.propose(ids, peer.clock(now)));
        }
    }

    private void anything(SimulatedPeer peer) {
        switch (random.nextInt(6)) {
            case 0 -> crash(peer);
            case 1 -> peer.pausedUntil = now + (300 + random.nextInt(3000)) * MILLI;
            case 2 -> cutOff = some(3);
            case 3 -> cutOff = List.of();
            case 4 -> {
                ExpertId expert = experts.get(random.nextInt(experts.size()));
                act(peer, () -> peer.peer().map(p -> p.release(expert)).orElse(List.of()));
                peer.peer().ifPresent(p -> p.want(expert, peer.clock(now)));
            }
            default -> propose(peer, order.stream().filter(_ -> random.nextInt(5) > 0).toList());
        }
    }

    private void check(Configuration configuration) {
        Configuration other = configurations.putIfAbsent(configuration.number(), configuration);
        if (other != null && !other.equals(configuration)) {
            violation("two configurations with number " + configuration.number());
        }
    }

    private void check(SimulatedPeer peer, ExpertId expert) {
        Optional<Epoch> mine = peer.epoch(expert, now);
        if (mine.isEmpty()) {
            return;
        }
        grants++;
        String owner = peer.id.shortName() + "#" + peer.incarnation();
        Epoch epoch = mine.get();
        for (SimulatedPeer other : order) {
            if (other != peer && other.epoch(expert, now).isPresent()) {
                violation("two primaries of " + expert + ": " + owner + " and " + other.id);
            }
        }
        String before =
                owners.computeIfAbsent(expert, _ -> new HashMap<>()).putIfAbsent(epoch, owner);
        if (before != null && !before.equals(owner)) {
            violation("epoch " + epoch + " of " + before + " given to " + owner);
        }
        Epoch high = highest.merge(expert, epoch, (a, b) -> a.compareTo(b) < 0 ? b : a);
        if (high.compareTo(epoch) > 0) {
            violation("epoch " + epoch + " after " + high);
        }
    }

    private void progressed() {
        for (ExpertId expert : experts) {
            long primaries = order.stream().filter(p -> p.epoch(expert, now).isPresent()).count();
            if (primaries != 1) {
                violation(
                        primaries
                                + " primaries of "
                                + expert
                                + " twelve seconds after the trouble");
            }
        }
    }

    private void violation(String what) {
        fail("seed %d at %d ms: %s", seed, now / MILLI, what);
    }
}
