// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import dev.witan.moe.DispatchPlan;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.swarm.protocol.EventLoop;
import dev.witan.swarm.protocol.ExpertTransport;
import dev.witan.swarm.protocol.Rows;
import dev.witan.swarm.protocol.UpdateId;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A trainer's or a server's way to the experts of one model: layer calls forward and backward, and
/// the two phases of a step.
///
/// Every call ends by its deadline and calls back exactly once, whatever peers and network do.
///
/// **Threads** everything runs on the event loop, callbacks included.
public final class Dispatcher {
    private final Requests requests;
    private final DispatchCounters counters = new DispatchCounters();
    private final Map<PeerId, List<UpdateId>> applied = new TreeMap<>();
    private final List<PeerId> prepared = new ArrayList<>();
    private long step;

    /// A caller.
    public Dispatcher(EventLoop loop, ExpertTransport transport, DispatchSetup setup) {
        this.requests = new Requests(loop, transport, setup, counters);
    }

    /// What the calls came to so far.
    ///
    /// **Threads** any.
    public DispatchCounters.Snapshot counters() {
        return counters.snapshot();
    }

    /// The bounds. **Threads** any.
    public DispatchLimits limits() {
        return requests.setup().limits();
    }

    /// The event loop. **Threads** any.
    public EventLoop loop() {
        return requests.loop();
    }

    /// Applies the planned experts of a layer to tokens.
    ///
    /// @param tokens `[T,D]`
    /// @param forBackward whether [#backward] may follow
    public void forward(
            int layer,
            DispatchPlan plan,
            Rows tokens,
            boolean forBackward,
            Consumer<ForwardResult> whenDone) {
        if (tokens.count() != plan.tokens()) {
            throw new IllegalArgumentException(
                    "plan has " + plan.tokens() + " tokens, got " + tokens.count());
        }
        var wanted = new LayerForward.Wanted(layer, plan, tokens, forBackward);
        new LayerForward(requests, wanted, whenDone).start();
    }

    /// The gradient of the inputs of a layer call; hosts add that of the experts to theirs.
    ///
    /// @param gradRows `[R,D]` in the order of the plan
    public void backward(
            ForwardResult forward, CallName call, Rows gradRows, Consumer<BackwardResult> done) {
        Rows rows = forward.rows();
        if (gradRows.count() != rows.count() || gradRows.width() != rows.width()) {
            throw new IllegalArgumentException(
                    "gradient must be %d x %d, was %d x %d"
                            .formatted(
                                    rows.count(),
                                    rows.width(),
                                    gradRows.count(),
                                    gradRows.width()));
        }
        new LayerBackward(requests, forward, call, gradRows, this::applied).start(done);
    }

    private void applied(PeerId peer, UpdateId id) {
        if (id.step() == step) {
            applied.computeIfAbsent(peer, _ -> new ArrayList<>()).add(id);
        }
    }

    /// The open step, from 0.
    public long step() {
        return step;
    }

    /// First phase of the open step's end: asks every host for the size of its gradients.
    public void prepare(Consumer<StepOutcome.Prepared> whenDone) {
        List<PeerId> hosts = requests.setup().replicas().hosts();
        new StepPhases(requests, step)
                .prepare(
                        hosts,
                        applied,
                        outcome -> {
                            prepared.clear();
                            prepared.addAll(hosts);
                            prepared.removeAll(outcome.absent());
                            whenDone.accept(outcome);
                        });
    }

    /// Second phase: every host that prepared applies the step; the next one begins.
    public void commit(AdamWUpdate update, Consumer<StepOutcome.Committed> whenDone) {
        new StepPhases(requests, step)
                .commit(
                        List.copyOf(prepared),
                        update,
                        outcome -> {
                            nextStep();
                            whenDone.accept(outcome);
                        });
    }

    /// Gives the open step up: hosts drop its gradients when the next one reaches them.
    public void abandon() {
        nextStep();
    }

    private void nextStep() {
        step++;
        applied.clear();
        prepared.clear();
    }
}
