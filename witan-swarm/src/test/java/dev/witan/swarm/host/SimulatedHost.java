// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.protocol.CommitAnswer;
import dev.witan.swarm.protocol.CommitRequest;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Completed;
import dev.witan.swarm.protocol.ExpertReply.Unreachable;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.TrainerId;
import dev.witan.testkit.sim.Simulation;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/// A host that can crash and start again, without anything it knew.
final class SimulatedHost {
    private final int number;
    private final int[] experts;
    private final Simulation simulation;
    private final TallyArithmetic.Ledger ledger;
    private final HostRules rules;
    private final HostLimits limits;
    private @Nullable Running running;

    private record Running(
            SimulatedLoop loop,
            ExpertHost host,
            TallyArithmetic arithmetic,
            Set<Committed> committed) {}

    /// A step that a host says it has applied.
    private record Committed(TrainerId trainer, long step) {}

    SimulatedHost(
            int number,
            int[] experts,
            Simulation simulation,
            TallyArithmetic.Ledger ledger,
            HostRules rules,
            HostLimits limits) {
        this.number = number;
        this.experts = experts;
        this.simulation = simulation;
        this.ledger = ledger;
        this.rules = rules;
        this.limits = limits;
        start();
    }

    PeerId peer() {
        return peer(number);
    }

    static PeerId peer(int number) {
        return new PeerId("%064x".formatted(number));
    }

    void start() {
        var loop = new SimulatedLoop(simulation);
        var arithmetic = new TallyArithmetic(experts, ledger, number);
        var setup =
                new HostSetup(
                        SwarmSimulation.MODEL,
                        Map.of(0, new HostedLayer(experts, arithmetic)),
                        limits,
                        new Random(simulation.random().nextLong()));
        var host =
                new ExpertHost(
                        loop,
                        task ->
                                loop.schedule(
                                        Duration.ofNanos(
                                                simulation.random().nextLong(50_000, 2_000_000)),
                                        task),
                        setup,
                        rules);
        running = new Running(loop, host, arithmetic, new HashSet<>());
    }

    void crash() {
        if (running != null) {
            simulation.note("host " + number + " crashes");
            running.loop.kill();
            running = null;
        }
    }

    void restart() {
        if (running == null) {
            simulation.note("host " + number + " starts again");
            start();
        }
    }

    <A> void receive(ExpertRequest<A> request, Consumer<ExpertReply<A>> whenAnswered) {
        Running now = running;
        if (now == null) {
            if (simulation.chance(0.5)) {
                whenAnswered.accept(new Unreachable<>("connection refused"));
            }
            return;
        }
        now.host.submit(
                request,
                reply -> {
                    check(now, request, reply);
                    whenAnswered.accept(reply);
                });
    }

    private void check(Running now, ExpertRequest<?> request, ExpertReply<?> reply) {
        if (request instanceof CommitRequest commit
                && reply instanceof Completed<?>(CommitAnswer(var versions, boolean duplicate))
                && !duplicate) {
            if (versions.stream().anyMatch(each -> each.version() != now.arithmetic.steps())) {
                ledger.violation("a version is not the number of steps");
            }
            if (!now.committed.add(new Committed(commit.head().trainer(), commit.step()))) {
                ledger.violation("a step was applied twice");
            }
        }
    }

    /// Checks that nothing is left when nobody has asked for a while.
    void checkRest() {
        if (running != null && running.host.keptBytes() != 0) {
            ledger.violation("host " + number + " keeps things for ever");
        }
        if (running != null && running.host.waiting() != 0) {
            ledger.violation("host " + number + " has requests that it never answers");
        }
    }
}
