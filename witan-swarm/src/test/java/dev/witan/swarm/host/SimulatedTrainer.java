// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.moe.DispatchPlan;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.dispatch.BackwardResult;
import dev.witan.swarm.dispatch.CallName;
import dev.witan.swarm.dispatch.DispatchSetup;
import dev.witan.swarm.dispatch.Dispatcher;
import dev.witan.swarm.dispatch.ForwardResult;
import dev.witan.swarm.dispatch.StepOutcome;
import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.swarm.protocol.BackwardRequest;
import dev.witan.swarm.protocol.EventLoop;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Completed;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ExpertRows;
import dev.witan.swarm.protocol.ExpertTransport;
import dev.witan.swarm.protocol.ForwardRequest;
import dev.witan.swarm.protocol.Inputs;
import dev.witan.swarm.protocol.RequestHead;
import dev.witan.swarm.protocol.Rows;
import dev.witan.swarm.protocol.UpdateId;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// A trainer that does some steps and checks what it is told.
final class SimulatedTrainer {
    private static final int CALLS = 2;
    private static final int TOP_K = 2;

    private final int number;
    private final SwarmSimulation swarm;
    private final EventLoop loop;
    private final DispatchSetup setup;
    private final Dispatcher dispatcher;
    private final SplittableRandom random;
    private final Map<Integer, PeerId> confirmed = new HashMap<>();
    private int call;
    private @Nullable BackwardRequest last;

    SimulatedTrainer(int number, SwarmSimulation swarm, EventLoop loop, DispatchSetup setup) {
        this.number = number;
        this.swarm = swarm;
        this.loop = loop;
        this.setup = setup;
        this.random = swarm.simulation().random().split();
        this.dispatcher =
                new Dispatcher(
                        loop,
                        new ExpertTransport() {
                            @Override
                            public <A> void send(
                                    PeerId peer,
                                    ExpertRequest<A> request,
                                    Consumer<ExpertReply<A>> whenAnswered) {
                                watch(peer, request);
                                swarm.transport(setup.trainer().peer())
                                        .send(peer, request, whenAnswered);
                            }
                        },
                        setup);
    }

    /// Notes who gets which contribution, and what versions it is based on.
    private void watch(PeerId peer, ExpertRequest<?> request) {
        if (request instanceof BackwardRequest backward) {
            last = backward;
            int row = 0;
            for (int i = 0; i < backward.experts().size(); i++) {
                for (int j = 0; j < backward.experts().get(i).tokens().length; j++) {
                    int code = Math.round(backward.gradient().get(row++, 0));
                    swarm.ledger().saw(code, backward.versions()[i]);
                    confirmed.put(code, peer);
                }
            }
        }
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /// Does the next thing.
    void run() {
        if (dispatcher.step() == SwarmSimulation.STEPS) {
            swarm.trainerDone();
        } else if (call < CALLS) {
            forward();
        } else {
            prepare();
        }
    }

    private void forward() {
        if (random.nextInt(4) == 0) {
            sendNonsense();
        }
        int tokens = random.nextInt(0, 7);
        int[] experts = new int[tokens * TOP_K];
        for (int t = 0; t < tokens; t++) {
            experts[TOP_K * t] = random.nextInt(SwarmSimulation.EXPERTS);
            experts[TOP_K * t + 1] =
                    (experts[TOP_K * t] + random.nextInt(1, SwarmSimulation.EXPERTS))
                            % SwarmSimulation.EXPERTS;
        }
        DispatchPlan plan = DispatchPlan.of(experts, tokens, TOP_K, SwarmSimulation.EXPERTS);
        Rows x = Rows.zeros(tokens, TallyArithmetic.WIDTH);
        for (int t = 0; t < tokens; t++) {
            for (int c = 0; c < TallyArithmetic.WIDTH; c++) {
                x.set(t, c, random.nextInt(100));
            }
        }
        long start = loop.nanoTime();
        dispatcher.forward(
                0,
                plan,
                x,
                true,
                result -> {
                    inTime("forward", start, setup.limits().deadline());
                    checkAnswers(plan, x, result);
                    backward(result);
                });
    }

    private void inTime(String what, long start, Duration deadline) {
        if (loop.nanoTime() - start > deadline.toNanos()) {
            swarm.ledger().violation(what + " took longer than its deadline");
        }
    }

    private void checkAnswers(DispatchPlan plan, Rows x, ForwardResult result) {
        for (int e = 0; e < plan.experts(); e++) {
            for (int row = plan.firstRow(e); row < plan.firstRow(e) + plan.rowsOf(e); row++) {
                for (int c = 0; c < TallyArithmetic.WIDTH; c++) {
                    float expected =
                            result.failed().get(row)
                                    ? 0
                                    : TallyArithmetic.answer(e, x.get(plan.token(row), c));
                    if (result.rows().get(row, c) != expected) {
                        swarm.ledger().violation("a row is neither answered nor flagged");
                    }
                }
            }
        }
    }

    private void backward(ForwardResult forward) {
        int rows = forward.rows().count();
        Rows gradient = Rows.zeros(rows, TallyArithmetic.WIDTH);
        for (int row = 0; row < rows; row++) {
            gradient.set(row, 0, swarm.ledger().code(number, dispatcher.step()));
            gradient.set(row, 1, 1);
        }
        long start = loop.nanoTime();
        dispatcher.backward(
                forward,
                new CallName(dispatcher.step(), call++),
                gradient,
                result -> {
                    inTime("backward", start, setup.limits().deadline());
                    checkGradients(forward, gradient, result);
                    run();
                });
    }

    private void checkGradients(ForwardResult forward, Rows gradient, BackwardResult result) {
        int zeros = 0;
        for (int row = 0; row < gradient.count(); row++) {
            float value = result.gradInputs().get(row, 0);
            int code = Math.round(gradient.get(row, 0));
            if (value == 0) {
                confirmed.remove(code);
                zeros++;
            } else if (value != TallyArithmetic.inputGradient(gradient.get(row, 0))) {
                swarm.ledger().violation("a gradient of another row");
            }
        }
        if (zeros != forward.failed().cardinality() + result.lostRows()) {
            swarm.ledger().violation("zero gradients are not counted");
        }
    }

    private void prepare() {
        long start = loop.nanoTime();
        dispatcher.prepare(prepared -> {
            inTime("prepare", start, setup.limits().stepDeadline());
            if (random.nextInt(4) == 0) {
                sendTooLate();
            }
            // What the trunk's own norm takes.
            loop.schedule(Duration.ofNanos(random.nextLong(20_000_000)), () -> finish(prepared));
        });
    }

    private void finish(StepOutcome.Prepared prepared) {
        if (random.nextInt(10) == 0) {
            dispatcher.abandon();
            next();
        } else {
            commit(prepared);
        }
    }

    private void commit(StepOutcome.Prepared prepared) {
        long start = loop.nanoTime();
        var update = new AdamWUpdate(1, 1e-3, 0, 0.9, 0.95, 1e-8, dispatcher.step() + 1);
        dispatcher.commit(
                update,
                committed -> {
                    inTime("commit", start, setup.limits().stepDeadline());
                    checkCommitted(prepared, committed);
                    next();
                });
    }

    /// What hosts confirmed twice, by row and by step, they must have applied.
    private void checkCommitted(StepOutcome.Prepared prepared, StepOutcome.Committed committed) {
        if (prepared.lostUpdates() > 0) {
            return;
        }
        confirmed.forEach((code, peer) -> {
            if (!prepared.absent().contains(peer)
                    && !committed.absent().contains(peer)
                    && !swarm.ledger().isCommitted(code)) {
                swarm.ledger().violation("a confirmed contribution is lost silently");
            }
        });
    }

    private void next() {
        confirmed.clear();
        last = null;
        call = 0;
        run();
    }

    /// What a broken or hostile peer might send; a host refuses it and lives on.
    private void sendNonsense() {
        PeerId peer = setup.replicas().hosts().get(random.nextInt(SwarmSimulation.HOSTS));
        var head = new RequestHead(0, setup.trainer(), setup.model(), Duration.ofMillis(50));
        Rows bad = Rows.zeros(1, TallyArithmetic.WIDTH);
        bad.set(0, 1, random.nextBoolean() ? Float.NaN : Float.POSITIVE_INFINITY);
        var experts = List.of(new ExpertRows(random.nextInt(SwarmSimulation.EXPERTS), new int[1]));
        ExpertTransport transport = swarm.transport(setup.trainer().peer());
        transport.send(peer, new ForwardRequest(head, 0, experts, bad, false), this::refused);
        var id =
                new UpdateId(
                        setup.trainer(), dispatcher.step(), 0, 1000, random.nextInt(1_000_000));
        Rows good = Rows.zeros(1, TallyArithmetic.WIDTH);
        transport.send(
                peer,
                new BackwardRequest(head, id, experts, new long[1], new Inputs.Sent(good), bad),
                this::refused);
    }

    /// A contribution that comes when its step is prepared.
    private void sendTooLate() {
        if (last == null) {
            return;
        }
        UpdateId earlier = last.update();
        var id = new UpdateId(earlier.trainer(), earlier.step(), 0, CALLS, 0);
        int code = swarm.ledger().code(number, earlier.step());
        swarm.ledger().saw(code, last.versions()[0]);
        Rows gradient = Rows.zeros(1, TallyArithmetic.WIDTH);
        gradient.set(0, 0, code);
        var request =
                new BackwardRequest(
                        last.head(),
                        id,
                        List.of(new ExpertRows(last.experts().getFirst().expert(), new int[1])),
                        new long[] {last.versions()[0]},
                        new Inputs.Sent(Rows.zeros(1, TallyArithmetic.WIDTH)),
                        gradient);
        setup.replicas()
                .hosts()
                .forEach(peer ->
                        swarm.transport(setup.trainer().peer()).send(peer, request, _ -> {}));
    }

    private <A> void refused(ExpertReply<A> reply) {
        if (reply instanceof Completed) {
            swarm.ledger().violation("nonsense was answered");
        }
    }
}
