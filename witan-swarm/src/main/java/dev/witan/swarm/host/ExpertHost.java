// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.swarm.protocol.EventLoop;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Busy;
import dev.witan.swarm.protocol.ExpertReply.Reason;
import dev.witan.swarm.protocol.ExpertReply.Refused;
import dev.witan.swarm.protocol.ExpertReply.TimedOut;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.TrainerId;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// A peer's role of computing experts for others.
///
/// A request is checked, queued and answered; the arithmetic runs one request at a time, elsewhere
/// than on the event loop, which stays free to turn callers away. Requests of one trainer are
/// computed in the order they came, those of several in turn.
///
/// Every request gets exactly one reply, unless the process ends.
public final class ExpertHost {
    private static final Logger LOG = LoggerFactory.getLogger(ExpertHost.class);

    private final EventLoop loop;
    private final Executor compute;
    private final HostLimits limits;
    private final HostedModel model;
    private final RequestCheck check;
    private final HostCounters counters = new HostCounters();
    private final FairQueue<TrainerId, Job<?>> queue;
    private boolean computing;
    private boolean sweepPlanned;

    /// A host.
    ///
    /// @param loop where requests arrive and replies leave
    /// @param compute where the arithmetic runs; given one task at a time
    public ExpertHost(EventLoop loop, Executor compute, HostSetup setup) {
        this(loop, compute, setup, HostRules.STANDARD);
    }

    ExpertHost(EventLoop loop, Executor compute, HostSetup setup, HostRules rules) {
        this.loop = loop;
        this.compute = compute;
        this.limits = setup.limits();
        this.model = new HostedModel(setup, rules, counters);
        this.check = new RequestCheck(model, limits);
        this.queue =
                new FairQueue<>(
                        limits.queuedRequests(),
                        limits.queuedRequestsPerTrainer(),
                        limits.queuedBytes());
    }

    private record Job<A>(
            ExpertRequest<A> request, Consumer<ExpertReply<A>> whenAnswered, long deadline) {}

    /// What the host has done.
    public HostCounters.Snapshot counters() {
        return counters.snapshot();
    }

    /// Bytes kept for backward passes and repeated answers. **Threads** when nothing is computing.
    long keptBytes() {
        return model.keptBytes();
    }

    /// Requests waiting.
    int waiting() {
        return queue.jobs();
    }

    /// Takes a request in.
    ///
    /// **Threads** the event loop, where the reply comes as well.
    public <A> void submit(ExpertRequest<A> request, Consumer<ExpertReply<A>> whenAnswered) {
        Refused<A> refusal = check.refusal(request);
        if (refusal != null) {
            counters.countRefused();
            whenAnswered.accept(refusal);
            return;
        }
        if (request.payloadSize() > limits.queuedBytes()) {
            counters.countRefused();
            whenAnswered.accept(
                    new Refused<>(
                            Reason.LIMIT,
                            "a request has at most " + limits.queuedBytes() + " bytes"));
            return;
        }
        long deadline = loop.nanoTime() + request.head().timeout().toNanos();
        var job = new Job<>(request, whenAnswered, deadline);
        if (!queue.offer(request.head().trainer(), job, request.payloadSize())) {
            counters.countBusy();
            whenAnswered.accept(new Busy<>(limits.busyRetry()));
            return;
        }
        computeNext();
    }

    private void computeNext() {
        if (computing) {
            return;
        }
        Job<?> job = queue.poll();
        if (job != null) {
            computing = true;
            start(job);
        }
    }

    private <A> void start(Job<A> job) {
        long now = loop.nanoTime();
        if (now - job.deadline >= 0) {
            counters.countExpired();
            finish(job, new TimedOut<>());
            return;
        }
        compute.execute(() -> {
            ExpertReply<A> reply = compute(job, now);
            loop.execute(() -> finish(job, reply));
        });
    }

    private <A> ExpertReply<A> compute(Job<A> job, long now) {
        try {
            return model.answer(job.request, now);
        } catch (RuntimeException e) {
            LOG.error("an expert's arithmetic failed", e);
            return new Refused<>(Reason.INTERNAL, "the host's arithmetic failed");
        }
    }

    private <A> void finish(Job<A> job, ExpertReply<A> reply) {
        computing = false;
        if (reply instanceof Refused) {
            counters.countRefused();
        }
        try {
            job.whenAnswered.accept(reply);
        } finally {
            planSweep();
            computeNext();
        }
    }

    /// While anything is kept, lets go of it in time even if nobody asks any more.
    private void planSweep() {
        if (sweepPlanned || computing || !model.remembers()) {
            return;
        }
        sweepPlanned = true;
        loop.schedule(limits.keptFor().dividedBy(2), this::sweep);
    }

    private void sweep() {
        sweepPlanned = false;
        // Whoever computes now plans the next one when it ends.
        if (!computing) {
            model.sweep(loop.nanoTime());
            planSweep();
        }
    }
}
