// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.swarm.protocol.CommitAnswer;
import dev.witan.swarm.protocol.CommitRequest;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Busy;
import dev.witan.swarm.protocol.ExpertReply.Completed;
import dev.witan.swarm.protocol.ExpertReply.Refused;
import dev.witan.swarm.protocol.ExpertReply.Stale;
import dev.witan.swarm.protocol.ExpertReply.TimedOut;
import dev.witan.swarm.protocol.ExpertReply.Unreachable;
import dev.witan.swarm.protocol.PrepareAnswer;
import dev.witan.swarm.protocol.PrepareAnswer.SquareSum;
import dev.witan.swarm.protocol.PrepareRequest;
import dev.witan.swarm.protocol.UpdateId;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The two phases that end a step, each with one message to every host.
final class StepPhases {
    private final Requests requests;
    private final long step;
    private final long deadline;
    private final Set<PeerId> absent = new TreeSet<>();
    private final List<SquareSum> sums = new ArrayList<>();
    private int outstanding;
    private int lostUpdates;

    StepPhases(Requests requests, long step) {
        this.requests = requests;
        this.step = step;
        this.deadline =
                requests.loop().nanoTime() + requests.setup().limits().stepDeadline().toNanos();
    }

    /// Asks every host how large its gradients are.
    ///
    /// @param applied contributions each host has confirmed
    void prepare(
            List<PeerId> hosts,
            Map<PeerId, List<UpdateId>> applied,
            Consumer<StepOutcome.Prepared> whenDone) {
        outstanding = hosts.size() + 1;
        Runnable finish =
                () -> {
                    if (--outstanding == 0) {
                        sums.sort(Comparator.comparing(SquareSum::expert));
                        requests.counters().countLostUpdates(lostUpdates);
                        whenDone.accept(
                                new StepOutcome.Prepared(sums, List.copyOf(absent), lostUpdates));
                    }
                };
        for (PeerId host : hosts) {
            prepare(host, applied.getOrDefault(host, List.of()), finish);
        }
        finish.run();
    }

    private void prepare(PeerId host, List<UpdateId> updates, Runnable finish) {
        requests.<PrepareAnswer>resend(
                host,
                deadline,
                head -> new PrepareRequest(head, step, updates),
                reply -> prepared(host, updates, reply, finish));
    }

    private void prepared(
            PeerId host,
            List<UpdateId> updates,
            ExpertReply<PrepareAnswer> reply,
            Runnable finish) {
        switch (reply) {
            case Completed<PrepareAnswer>(PrepareAnswer.Ready ready) -> {
                sums.addAll(ready.sums());
                finish.run();
            }
            case Completed<PrepareAnswer>(PrepareAnswer.Missing missing) -> {
                Set<UpdateId> gone = new HashSet<>(missing.updates());
                List<UpdateId> rest = updates.stream().filter(id -> !gone.contains(id)).toList();
                int lost = updates.size() - rest.size();
                lostUpdates += lost;
                if (lost > 0) {
                    prepare(host, rest, finish);
                } else {
                    absent(host, updates, finish);
                }
            }
            case Busy<PrepareAnswer> _,
                    TimedOut<PrepareAnswer> _,
                    Unreachable<PrepareAnswer> _,
                    Stale<PrepareAnswer> _,
                    Refused<PrepareAnswer> _ ->
                    absent(host, updates, finish);
        }
    }

    private void absent(PeerId host, List<UpdateId> updates, Runnable finish) {
        lostUpdates += updates.size();
        absent.add(host);
        finish.run();
    }

    /// Has every host apply the step.
    void commit(List<PeerId> hosts, AdamWUpdate update, Consumer<StepOutcome.Committed> whenDone) {
        outstanding = hosts.size() + 1;
        Runnable finish =
                () -> {
                    if (--outstanding == 0) {
                        whenDone.accept(new StepOutcome.Committed(List.copyOf(absent)));
                    }
                };
        for (PeerId host : hosts) {
            requests.<CommitAnswer>resend(
                    host,
                    deadline,
                    head -> new CommitRequest(head, step, update),
                    reply -> {
                        if (!(reply instanceof Completed)) {
                            absent.add(host);
                        }
                        finish.run();
                    });
        }
        finish.run();
    }
}
