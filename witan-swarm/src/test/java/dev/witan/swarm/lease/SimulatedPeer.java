// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// A process of the simulation: its clock, its disk, and a [LeasePeer] while it lives.
final class SimulatedPeer {
    final PeerId id;
    final SimulatedStore store;
    private final LeaseFaults faults;
    private final SplittableRandom random;
    private final double rate;
    private final long offset;
    private final Map<ExpertId, Long> countedUntil = new HashMap<>();
    private @Nullable LeasePeer peer;
    private int incarnation;
    long pausedUntil;
    private boolean founded;

    SimulatedPeer(PeerId id, LeaseFaults faults, SplittableRandom random) {
        this.id = id;
        this.faults = faults;
        this.random = random;
        store = new SimulatedStore(random.split(), faults.forgets());
        rate = 1 + (random.nextBoolean() ? 1 : -1) * LeaseSimulation.DRIFT;
        offset = random.nextLong() >> 2;
    }

    /// The peer's own clock at a true time.
    long clock(long now) {
        return offset + (long) (rate * now);
    }

    boolean lives() {
        return peer != null;
    }

    int incarnation() {
        return incarnation;
    }

    void found(List<PeerId> members, long now) {
        try {
            peer = LeasePeer.found(setup(), members, clock(now));
            founded = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (faults.voting() != null) {
            start(now, true);
        }
    }

    void start(long now) {
        start(now, founded && faults.restartsAsNew());
    }

    private void start(long now, boolean asNew) {
        incarnation++;
        countedUntil.clear();
        LeaseTiming voting = faults.voting() == null ? LeaseSimulation.TIMING : faults.voting();
        peer = new LeasePeer(setup(), voting, store.load(), asNew, clock(now));
    }

    void crash() {
        peer = null;
    }

    private LeasePeer.Setup setup() {
        LeaseTiming timing = faults.timing() == null ? LeaseSimulation.TIMING : faults.timing();
        RandomGenerator generator =
                faults.oneIncarnation() ? new SplittableRandom(id.hashCode()) : random.split();
        return new LeasePeer.Setup(id, timing, store, generator);
    }

    Optional<LeasePeer> peer() {
        return Optional.ofNullable(peer);
    }

    List<Envelope> receive(PeerId from, LeaseMessage message, long now) {
        if (peer == null) {
            return List.of();
        }
        List<Envelope> out = peer.receive(from, message, clock(now));
        if (faults.countsFromAnswer() && message instanceof LeaseMessage.Granted granted) {
            peer.epoch(granted.expert(), clock(now))
                    .ifPresent(_ ->
                            countedUntil.put(
                                    granted.expert(),
                                    clock(now) + LeaseSimulation.TIMING.termNanos()));
        }
        return out;
    }

    /// The epoch that the process would acknowledge in at this true time, also while it is stopped.
    Optional<Epoch> epoch(ExpertId expert, long now) {
        if (peer == null) {
            return Optional.empty();
        }
        Long until = countedUntil.get(expert);
        if (until != null && clock(now) < until) {
            return peer.epoch(expert, until - LeaseSimulation.TIMING.termNanos());
        }
        return peer.epoch(expert, clock(now));
    }
}
