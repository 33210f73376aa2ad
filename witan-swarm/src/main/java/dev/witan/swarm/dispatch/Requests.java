// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.protocol.EventLoop;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Busy;
import dev.witan.swarm.protocol.ExpertReply.Completed;
import dev.witan.swarm.protocol.ExpertReply.Refused;
import dev.witan.swarm.protocol.ExpertReply.Stale;
import dev.witan.swarm.protocol.ExpertReply.TimedOut;
import dev.witan.swarm.protocol.ExpertReply.Unreachable;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ExpertTransport;
import dev.witan.swarm.protocol.RequestHead;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/// Requests that are answered exactly once and in time, whatever the transport does.
///
/// **Threads** the event loop.
final class Requests {
    private final EventLoop loop;
    private final ExpertTransport transport;
    private final DispatchSetup setup;
    private final DispatchCounters counters;
    private long nextId = 1;

    Requests(
            EventLoop loop,
            ExpertTransport transport,
            DispatchSetup setup,
            DispatchCounters counters) {
        this.loop = loop;
        this.transport = transport;
        this.setup = setup;
        this.counters = counters;
    }

    EventLoop loop() {
        return loop;
    }

    DispatchSetup setup() {
        return setup;
    }

    DispatchCounters counters() {
        return counters;
    }

    /// Sends once.
    ///
    /// @param request makes the request with the head given
    <A> void send(
            PeerId peer,
            Duration timeout,
            Function<RequestHead, ExpertRequest<A>> request,
            Consumer<ExpertReply<A>> whenAnswered) {
        var head = new RequestHead(nextId++, setup.trainer(), setup.model(), timeout);
        var once = new Once<>(whenAnswered);
        once.timer = loop.schedule(timeout, () -> once.accept(new TimedOut<>()));
        transport.send(peer, request.apply(head), once);
    }

    /// Sends to the same peer until it has answered for good, or the attempts or the time are over.
    <A> void resend(
            PeerId peer,
            long deadline,
            Function<RequestHead, ExpertRequest<A>> request,
            Consumer<ExpertReply<A>> whenAnswered) {
        new Resend<>(peer, deadline, request, whenAnswered).attempt();
    }

    /// Time from now to a moment, at most `most`, never negative.
    Duration remaining(long deadline, Duration most) {
        long nanos = Math.clamp(deadline - loop.nanoTime(), 0, most.toNanos());
        return Duration.ofNanos(nanos);
    }

    private static final class Once<A> implements Consumer<ExpertReply<A>> {
        private @Nullable Consumer<ExpertReply<A>> whenAnswered;
        private EventLoop.@Nullable Timer timer;

        Once(Consumer<ExpertReply<A>> whenAnswered) {
            this.whenAnswered = whenAnswered;
        }

        @Override
        public void accept(ExpertReply<A> reply) {
            Consumer<ExpertReply<A>> first = whenAnswered;
            if (first == null) {
                return;
            }
            whenAnswered = null;
            if (timer != null) {
                timer.cancel();
            }
            first.accept(reply);
        }
    }

    private final class Resend<A> {
        private final PeerId peer;
        private final long deadline;
        private final Function<RequestHead, ExpertRequest<A>> request;
        private final Consumer<ExpertReply<A>> whenAnswered;
        private int attempts;
        private Duration backoff = setup.limits().backoff();

        Resend(
                PeerId peer,
                long deadline,
                Function<RequestHead, ExpertRequest<A>> request,
                Consumer<ExpertReply<A>> whenAnswered) {
            this.peer = peer;
            this.deadline = deadline;
            this.request = request;
            this.whenAnswered = whenAnswered;
        }

        void attempt() {
            Duration timeout = remaining(deadline, setup.limits().resend());
            if (timeout.isZero()) {
                whenAnswered.accept(new TimedOut<>());
                return;
            }
            if (attempts++ > 0) {
                counters.countRetry();
            }
            send(peer, timeout, request, this::answered);
        }

        private void answered(ExpertReply<A> reply) {
            switch (reply) {
                case Completed<A> _, Stale<A> _, Refused<A> _ -> whenAnswered.accept(reply);
                case Busy<A>(Duration retryAfter) -> later(reply, retryAfter);
                case TimedOut<A> _, Unreachable<A> _ -> {
                    later(reply, backoff);
                    backoff = backoff.multipliedBy(2);
                }
            }
        }

        private void later(ExpertReply<A> reply, Duration delay) {
            if (attempts >= setup.limits().attempts()
                    || remaining(deadline, delay).compareTo(delay) < 0) {
                whenAnswered.accept(reply);
            } else {
                loop.schedule(delay, this::attempt);
            }
        }
    }
}
