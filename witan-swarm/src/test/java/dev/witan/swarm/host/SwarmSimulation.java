// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.dispatch.DispatchLimits;
import dev.witan.swarm.dispatch.DispatchSetup;
import dev.witan.swarm.dispatch.Replicas;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ExpertTransport;
import dev.witan.swarm.protocol.TrainerId;
import dev.witan.testkit.sim.LossyNetwork;
import dev.witan.testkit.sim.NetworkFaults;
import dev.witan.testkit.sim.Simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Three hosts and two trainers in virtual time, with everything going wrong that a seed says.
final class SwarmSimulation {
    static final String MODEL = "sim";
    static final int HOSTS = 3;
    static final int TRAINERS = 2;
    static final int EXPERTS = 6;
    static final int STEPS = 5;

    private static final long MAX_EVENTS = 200_000;
    private static final Duration CHAOS = Duration.ofMillis(600);

    /// Longer than the slowest message and what is kept for it, shorter than a trainer may be idle.
    private static final Duration REST = Duration.ofMillis(500);

    private final Simulation simulation;
    private final LossyNetwork<PeerId> network;
    private final List<SimulatedHost> hosts = new ArrayList<>();
    private final List<SimulatedTrainer> trainers = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final TallyArithmetic.Ledger ledger;
    private final UnaryOperator<ExpertTransport> transports;
    private int trainersAtWork = TRAINERS;

    /// What a test may replace with something faulty.
    ///
    /// @param rules of the hosts
    /// @param transports around every trainer's transport
    record Parts(HostRules rules, UnaryOperator<ExpertTransport> transports) {
        static final Parts STANDARD = new Parts(HostRules.STANDARD, UnaryOperator.identity());
    }

    SwarmSimulation(long seed, Parts parts) {
        this.simulation = new Simulation(seed);
        this.transports = parts.transports;
        this.network = new LossyNetwork<>(simulation, faults());
        HostLimits limits = limits();
        this.ledger = new TallyArithmetic.Ledger(limits.maxStaleness(), this::violation);
        for (int h = 0; h < HOSTS; h++) {
            hosts.add(new SimulatedHost(h, held(h), simulation, ledger, parts.rules, limits));
        }
        for (int t = 0; t < TRAINERS; t++) {
            var trainer = new TrainerId("run", SimulatedHost.peer(100 + t));
            var setup = new DispatchSetup(trainer, MODEL, replicas(), dispatchLimits());
            trainers.add(new SimulatedTrainer(t, this, new SimulatedLoop(simulation), setup));
        }
    }

    /// From a calm network to one that loses a tenth.
    private NetworkFaults faults() {
        double badness = simulation.random().nextDouble();
        return new NetworkFaults(0.1 * badness, 0.2 * badness, 100_000, 3_000_000, 0.1 * badness);
    }

    /// Expert `e` is on the hosts `e mod 3` and `e + 1 mod 3`.
    private static int[] held(int host) {
        return IntStream.range(0, EXPERTS)
                .filter(e -> e % HOSTS == host || (e + 1) % HOSTS == host)
                .toArray();
    }

    private static Replicas replicas() {
        return new Replicas() {
            @Override
            public List<PeerId> of(int layer, int expert) {
                return List.of(
                        SimulatedHost.peer(expert % HOSTS),
                        SimulatedHost.peer((expert + 1) % HOSTS));
            }

            @Override
            public List<PeerId> hosts() {
                return IntStream.range(0, HOSTS).mapToObj(SimulatedHost::peer).toList();
            }
        };
    }

    private static HostLimits limits() {
        return new HostLimits(
                8,
                5,
                10_000,
                1_000,
                8,
                100,
                1,
                2_000,
                Duration.ofMillis(30),
                Duration.ofSeconds(1),
                Duration.ofMillis(2));
    }

    private static DispatchLimits dispatchLimits() {
        return new DispatchLimits(
                Duration.ofMillis(120),
                Duration.ofMillis(30),
                Duration.ofMillis(30),
                6,
                Duration.ofMillis(2),
                Duration.ofMillis(200));
    }

    Simulation simulation() {
        return simulation;
    }

    TallyArithmetic.Ledger ledger() {
        return ledger;
    }

    private void violation(String what) {
        simulation.note("VIOLATION " + what);
        if (!violations.contains(what)) {
            violations.add(what);
        }
    }

    /// The network as one peer sees it.
    ExpertTransport transport(PeerId from) {
        return transports.apply(
                new ExpertTransport() {
                    @Override
                    public <A> void send(
                            PeerId peer,
                            ExpertRequest<A> request,
                            Consumer<ExpertReply<A>> whenAnswered) {
                        SimulatedHost host = hosts.get(Integer.parseInt(peer.hex(), 16));
                        network.send(
                                from,
                                peer,
                                () ->
                                        host.receive(
                                                request,
                                                reply -> {
                                                    note(from, peer, request, reply);
                                                    network.send(
                                                            peer,
                                                            from,
                                                            () -> whenAnswered.accept(reply));
                                                }));
                    }
                });
    }

    private void note(PeerId from, PeerId to, ExpertRequest<?> request, ExpertReply<?> reply) {
        simulation.note(
                "%s to %s: %s %d: %s"
                        .formatted(
                                number(from),
                                number(to),
                                request.getClass().getSimpleName(),
                                request.head().requestId(),
                                reply.getClass().getSimpleName()));
    }

    private static int number(PeerId peer) {
        return Integer.parseInt(peer.hex(), 16);
    }

    /// Crashes and cuts at moments that the seed chooses.
    private void plan() {
        int disasters = simulation.random().nextInt(0, 7);
        for (int i = 0; i < disasters; i++) {
            long at = simulation.random().nextLong(CHAOS.toNanos());
            long length = simulation.random().nextLong(1_000_000, 80_000_000);
            SimulatedHost host = hosts.get(simulation.random().nextInt(HOSTS));
            PeerId trainer = SimulatedHost.peer(100 + simulation.random().nextInt(TRAINERS));
            switch (simulation.random().nextInt(4)) {
                case 0, 1 -> disaster(at, length, host::crash, host::restart);
                case 2 ->
                        disaster(
                                at,
                                length,
                                () -> network.cut(trainer, host.peer()),
                                () -> network.heal(trainer, host.peer()));
                default ->
                        disaster(
                                at,
                                length,
                                () -> network.cut(host.peer(), trainer),
                                () -> network.heal(host.peer(), trainer));
            }
        }
    }

    /// A trainer has done all its steps. Some time after the last one, when no message is under way
    /// any more, hosts must have let go of everything.
    void trainerDone() {
        if (--trainersAtWork == 0) {
            simulation.after(REST.toNanos(), () -> hosts.forEach(SimulatedHost::checkRest));
        }
    }

    private void disaster(long at, long length, Runnable begin, Runnable end) {
        simulation.after(at, begin);
        simulation.after(at + length, end);
    }

    /// Runs to the end.
    ///
    /// @return what went wrong that never may
    List<String> run() {
        plan();
        trainers.forEach(trainer -> simulation.after(0, trainer::run));
        if (!simulation.run(MAX_EVENTS)) {
            violation("it does not come to rest");
        }
        if (trainersAtWork > 0) {
            violation("a call was never answered");
        }
        return List.copyOf(violations);
    }

    /// The course of this run, for whoever must find out why it failed.
    String story() {
        return "seed %d (replay: -Dwitan.seed=%d)%n%s"
                .formatted(
                        simulation.seed(),
                        simulation.seed(),
                        String.join(System.lineSeparator(), simulation.notes()));
    }

    List<SimulatedTrainer> trainers() {
        return trainers;
    }
}
