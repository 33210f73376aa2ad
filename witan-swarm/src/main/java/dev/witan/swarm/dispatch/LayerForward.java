// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import dev.witan.moe.DispatchPlan;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Busy;
import dev.witan.swarm.protocol.ExpertReply.Completed;
import dev.witan.swarm.protocol.ExpertReply.Reason;
import dev.witan.swarm.protocol.ExpertReply.Refused;
import dev.witan.swarm.protocol.ExpertReply.Stale;
import dev.witan.swarm.protocol.ExpertReply.TimedOut;
import dev.witan.swarm.protocol.ExpertReply.Unreachable;
import dev.witan.swarm.protocol.ForwardAnswer;
import dev.witan.swarm.protocol.ForwardRequest;
import dev.witan.swarm.protocol.Rows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// One forward call of one layer: a request to each peer involved, all at once; what a peer does
/// not answer goes to the next replica while there is time.
final class LayerForward {
    private final Requests requests;
    private final int layer;
    private final DispatchPlan plan;
    private final Rows tokens;
    private final boolean forBackward;
    private final Consumer<ForwardResult> whenDone;
    private final long deadline;
    private final Rows rows;
    private final BitSet failed;
    private final List<ForwardResult.Answered> answered = new ArrayList<>();
    private final Map<Integer, Set<PeerId>> tried = new HashMap<>();
    private int outstanding;
    private int nextShare;

    /// What is asked.
    ///
    /// @param tokens `[T,D]`
    record Wanted(int layer, DispatchPlan plan, Rows tokens, boolean forBackward) {}

    LayerForward(Requests requests, Wanted wanted, Consumer<ForwardResult> whenDone) {
        this.requests = requests;
        this.layer = wanted.layer;
        this.plan = wanted.plan;
        this.tokens = wanted.tokens;
        this.forBackward = wanted.forBackward;
        this.whenDone = whenDone;
        this.deadline = requests.loop().nanoTime() + requests.setup().limits().deadline().toNanos();
        this.rows = Rows.zeros(plan.rows(), tokens.width());
        this.failed = new BitSet(plan.rows());
    }

    void start() {
        requests.counters().countLayerCall(plan.rows());
        List<Integer> experts = new ArrayList<>();
        for (int e = 0; e < plan.experts(); e++) {
            if (plan.rowsOf(e) > 0) {
                experts.add(e);
            }
        }
        ask(experts);
        finishIfDone();
    }

    /// Sends the rows of experts to the best replicas not asked yet.
    private void ask(List<Integer> experts) {
        SortedMap<PeerId, List<Integer>> byPeer = new TreeMap<>();
        for (int e : experts) {
            Set<PeerId> asked = asked(e);
            requests.setup().replicas().of(layer, e).stream()
                    .filter(peer -> !asked.contains(peer))
                    .findFirst()
                    .ifPresentOrElse(
                            peer -> byPeer.computeIfAbsent(peer, _ -> new ArrayList<>()).add(e),
                            () -> giveUp(e));
        }
        // Count them all first: a transport may answer at once.
        outstanding += byPeer.size();
        byPeer.forEach((peer, own) -> {
            own.forEach(e -> asked(e).add(peer));
            send(Share.of(peer, nextShare++, plan, own, tokens), 1);
        });
    }

    private Set<PeerId> asked(int expert) {
        return tried.computeIfAbsent(expert, _ -> new HashSet<>());
    }

    private void giveUp(int expert) {
        failed.set(plan.firstRow(expert), plan.firstRow(expert) + plan.rowsOf(expert));
    }

    private void send(Share share, int attempt) {
        Duration timeout = requests.remaining(deadline, requests.setup().limits().attempt());
        if (timeout.isZero()) {
            outstanding--;
            share.experts().forEach(part -> giveUp(part.expert()));
            finishIfDone();
            return;
        }
        requests.counters().countForwardRequest(share.tokens().count());
        requests.send(
                share.peer(),
                timeout,
                head ->
                        new ForwardRequest(
                                head, layer, share.experts(), share.tokens(), forBackward),
                reply -> answered(share, attempt, reply));
    }

    private void answered(Share share, int attempt, ExpertReply<ForwardAnswer> reply) {
        switch (reply) {
            case Completed<ForwardAnswer>(ForwardAnswer answer) -> {
                if (share.accepts(answer.rows())
                        && answer.versions().length == share.experts().size()) {
                    share.scatter(answer.rows(), rows);
                    answered.add(
                            new ForwardResult.Answered(share, answer.versions(), answer.handle()));
                    outstanding--;
                } else {
                    askOthers(share);
                }
            }
            case Busy<ForwardAnswer>(Duration retryAfter) -> busy(share, attempt, retryAfter);
            case Refused<ForwardAnswer>(Reason reason, String _) -> {
                if (reason == Reason.NOT_FINITE) {
                    requests.counters().countNotFinite();
                }
                askOthers(share);
            }
            case TimedOut<ForwardAnswer> _, Unreachable<ForwardAnswer> _, Stale<ForwardAnswer> _ ->
                    askOthers(share);
        }
        finishIfDone();
    }

    /// A busy peer is asked again if every expert of the request is held by nobody else.
    private void busy(Share share, int attempt, Duration retryAfter) {
        boolean alone =
                share.experts().stream()
                        .allMatch(
                                part -> asked(part.expert()).containsAll(replicas(part.expert())));
        boolean late = requests.remaining(deadline, retryAfter).compareTo(retryAfter) < 0;
        if (!alone || late || attempt >= requests.setup().limits().attempts()) {
            askOthers(share);
            return;
        }
        requests.counters().countRetry();
        requests.loop().schedule(retryAfter, () -> send(share, attempt + 1));
    }

    private List<PeerId> replicas(int expert) {
        return requests.setup().replicas().of(layer, expert);
    }

    private void askOthers(Share share) {
        outstanding--;
        requests.counters().countRetry();
        ask(share.experts().stream().map(part -> part.expert()).toList());
    }

    private void finishIfDone() {
        if (outstanding == 0) {
            // Never again.
            outstanding = -1;
            requests.counters().countDegraded(failed.cardinality());
            whenDone.accept(new ForwardResult(layer, rows, failed, answered));
        }
    }
}
