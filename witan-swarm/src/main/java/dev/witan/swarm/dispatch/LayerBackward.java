// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.protocol.BackwardAnswer;
import dev.witan.swarm.protocol.BackwardRequest;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Busy;
import dev.witan.swarm.protocol.ExpertReply.Completed;
import dev.witan.swarm.protocol.ExpertReply.Reason;
import dev.witan.swarm.protocol.ExpertReply.Refused;
import dev.witan.swarm.protocol.ExpertReply.Stale;
import dev.witan.swarm.protocol.ExpertReply.TimedOut;
import dev.witan.swarm.protocol.ExpertReply.Unreachable;
import dev.witan.swarm.protocol.Inputs;
import dev.witan.swarm.protocol.Rows;
import dev.witan.swarm.protocol.UpdateId;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// The backward pass of one layer call: each peer that answered gets the gradient of its answers,
/// all at once, under a name that makes it safe to send it again.
final class LayerBackward {
    private final Requests requests;
    private final ForwardResult forward;
    private final CallName call;
    private final Rows gradRows;
    private final BiConsumer<PeerId, UpdateId> whenApplied;
    private final long deadline;
    private final Rows gradInputs;
    private Consumer<BackwardResult> whenDone = _ -> {};
    private int outstanding;
    private int lostRows;

    LayerBackward(
            Requests requests,
            ForwardResult forward,
            CallName call,
            Rows gradRows,
            BiConsumer<PeerId, UpdateId> whenApplied) {
        this.requests = requests;
        this.forward = forward;
        this.call = call;
        this.gradRows = gradRows;
        this.whenApplied = whenApplied;
        this.deadline = requests.loop().nanoTime() + requests.setup().limits().deadline().toNanos();
        this.gradInputs = Rows.zeros(gradRows.count(), gradRows.width());
    }

    void start(Consumer<BackwardResult> done) {
        whenDone = done;
        // One more than there are, so that it does not end before the last one is sent.
        outstanding = forward.answered().size() + 1;
        forward.answered().forEach(this::send);
        finishOne();
    }

    private void send(ForwardResult.Answered answered) {
        Rows gradient = answered.share().gather(gradRows);
        Inputs inputs =
                answered.handle() == 0
                        ? new Inputs.Sent(answered.share().tokens())
                        : new Inputs.Held(answered.handle());
        send(answered, gradient, inputs);
    }

    private void send(ForwardResult.Answered answered, Rows gradient, Inputs inputs) {
        Share share = answered.share();
        var id =
                new UpdateId(
                        requests.setup().trainer(),
                        call.step(),
                        forward.layer(),
                        call.iteration(),
                        share.number());
        requests.resend(
                share.peer(),
                deadline,
                head ->
                        new BackwardRequest(
                                head, id, share.experts(), answered.versions(), inputs, gradient),
                reply -> answered(answered, id, gradient, inputs, reply));
    }

    private void answered(
            ForwardResult.Answered answered,
            UpdateId id,
            Rows gradient,
            Inputs inputs,
            ExpertReply<BackwardAnswer> reply) {
        Share share = answered.share();
        switch (reply) {
            case Completed<BackwardAnswer>(BackwardAnswer answer) -> {
                whenApplied.accept(share.peer(), id);
                if (answer.recomputed()) {
                    requests.counters().countRecomputed();
                }
                if (share.accepts(answer.gradInputs())) {
                    share.scatter(answer.gradInputs(), gradInputs);
                } else {
                    lost(share);
                }
                finishOne();
            }
            case Refused<BackwardAnswer>(Reason reason, String _) -> {
                if (reason == Reason.HANDLE_LOST && inputs instanceof Inputs.Held) {
                    send(answered, gradient, new Inputs.Sent(share.tokens()));
                } else {
                    if (reason == Reason.DUPLICATE) {
                        whenApplied.accept(share.peer(), id);
                    }
                    if (reason == Reason.NOT_FINITE) {
                        requests.counters().countNotFinite();
                    }
                    lost(share);
                    finishOne();
                }
            }
            case Busy<BackwardAnswer> _,
                    TimedOut<BackwardAnswer> _,
                    Unreachable<BackwardAnswer> _,
                    Stale<BackwardAnswer> _ -> {
                lost(share);
                finishOne();
            }
        }
    }

    private void lost(Share share) {
        lostRows += share.rows();
        requests.counters().countLostGradient(share.rows());
    }

    private void finishOne() {
        if (--outstanding == 0) {
            whenDone.accept(new BackwardResult(gradInputs, lostRows));
        }
    }
}
