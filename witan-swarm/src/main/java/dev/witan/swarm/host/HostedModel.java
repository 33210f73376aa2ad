// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.protocol.BackwardAnswer;
import dev.witan.swarm.protocol.BackwardRequest;
import dev.witan.swarm.protocol.CommitAnswer;
import dev.witan.swarm.protocol.CommitAnswer.ExpertVersion;
import dev.witan.swarm.protocol.CommitRequest;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Completed;
import dev.witan.swarm.protocol.ExpertReply.Reason;
import dev.witan.swarm.protocol.ExpertReply.Refused;
import dev.witan.swarm.protocol.ExpertReply.Stale;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ExpertRows;
import dev.witan.swarm.protocol.ForwardAnswer;
import dev.witan.swarm.protocol.ForwardRequest;
import dev.witan.swarm.protocol.Inputs;
import dev.witan.swarm.protocol.PrepareAnswer;
import dev.witan.swarm.protocol.PrepareAnswer.SquareSum;
import dev.witan.swarm.protocol.PrepareRequest;
import dev.witan.swarm.protocol.Rows;
import dev.witan.swarm.protocol.TrainerId;
import dev.witan.swarm.protocol.UpdateId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A host's experts of one model and everything it remembers about them.
///
/// **Threads** one request at a time; only what never changes (name, layers, slots, widths) may be
/// read meanwhile.
final class HostedModel {
    private final String name;
    private final SortedMap<Integer, HostedLayer> layers;
    private final HostLimits limits;
    private final HostRules rules;
    private final HostCounters counters;
    private final RandomGenerator random;
    private final Map<TrainerId, TrainerState> trainers = new TreeMap<>();
    private final Kept<Long> passes;
    private final Kept<UpdateId> answers;

    HostedModel(HostSetup setup, HostRules rules, HostCounters counters) {
        this.name = setup.model();
        this.layers = new TreeMap<>(setup.layers());
        this.limits = setup.limits();
        this.rules = rules;
        this.counters = counters;
        this.random = setup.random();
        long life = limits.keptFor().toNanos();
        this.passes = new Kept<>(limits.keptBytes(), life);
        this.answers = new Kept<>(limits.keptBytes(), life);
    }

    /// A forward pass that may be followed by a backward one.
    private record Held(TrainerId trainer, List<ExpertRows> experts, ExpertArithmetic.Pass pass)
            implements Kept.Thing {
        @Override
        public long size() {
            return pass.size();
        }

        @Override
        public void close() {
            pass.close();
        }
    }

    /// The answer to a contribution, in case it comes again.
    private record Answered(Rows gradInputs) implements Kept.Thing {
        @Override
        public long size() {
            return gradInputs.size();
        }

        @Override
        public void close() {}
    }

    String name() {
        return name;
    }

    boolean holds(int layer) {
        return layers.containsKey(layer);
    }

    int slot(int layer, int expert) {
        return layer(layer).slot(expert);
    }

    int width(int layer) {
        return layer(layer).arithmetic().modelWidth();
    }

    private HostedLayer layer(int layer) {
        return Objects.requireNonNull(layers.get(layer), "layer");
    }

    ExpertReply<ForwardAnswer> forward(ForwardRequest request, long now) {
        if (!rules.acceptable(request.tokens())) {
            return notFinite();
        }
        HostedLayer layer = layer(request.layer());
        List<ExpertRows> slots = slots(layer, request.experts());
        TrainerId trainer = request.head().trainer();
        ExpertArithmetic.@Nullable Accumulator into = null;
        if (request.forBackward()) {
            TrainerState state = trainer(trainer, now);
            if (state == null) {
                return tooManyTrainers();
            }
            into = state.gradients(request.layer(), layer.arithmetic());
        }
        ExpertArithmetic.Pass pass = layer.arithmetic().forward(into, slots, request.tokens());
        Rows rows = pass.answers();
        counters.countForwardRows(rows.count());
        long handle = 0;
        if (request.forBackward()) {
            long candidate = random.nextLong(1, Long.MAX_VALUE);
            var held = new Held(trainer, request.experts(), pass);
            handle = passes.put(candidate, held, now) ? candidate : 0;
        } else {
            pass.close();
        }
        return new Completed<>(new ForwardAnswer(rows, versions(layer, slots), handle));
    }

    ExpertReply<BackwardAnswer> backward(BackwardRequest request, long now) {
        UpdateId id = request.update();
        TrainerState state = trainer(id.trainer(), now);
        if (state == null) {
            return tooManyTrainers();
        }
        if (rules.applied(state.applied(), id)) {
            return repeated(id, now);
        }
        ExpertReply<BackwardAnswer> objection = objection(request, state);
        if (objection != null) {
            return objection;
        }
        HostedLayer layer = layer(id.layer());
        ExpertArithmetic.Pass pass;
        boolean recomputed;
        switch (request.inputs()) {
            case Inputs.Held held -> {
                pass = take(request, held.handle(), now);
                recomputed = false;
            }
            case Inputs.Sent sent -> {
                if (!rules.acceptable(sent.tokens())) {
                    return notFinite();
                }
                pass =
                        layer.arithmetic()
                                .forward(
                                        state.gradients(id.layer(), layer.arithmetic()),
                                        slots(layer, request.experts()),
                                        sent.tokens());
                recomputed = true;
                counters.countRecomputed();
            }
        }
        if (pass == null) {
            return new Refused<>(Reason.HANDLE_LOST, "what forward kept is gone");
        }
        return apply(request, state, pass, recomputed, now);
    }

    private ExpertReply<BackwardAnswer> apply(
            BackwardRequest request,
            TrainerState state,
            ExpertArithmetic.Pass pass,
            boolean recomputed,
            long now) {
        UpdateId id = request.update();
        if (id.step() > state.openStep()) {
            counters.countDropped(state.open(id.step()));
        }
        HostedLayer layer = layer(id.layer());
        Rows gradInputs = null;
        try (pass) {
            gradInputs = pass.backward(request.gradient());
        } finally {
            if (gradInputs == null) {
                // Part of it may have been added: the step's gradients are worth nothing now.
                counters.countDropped(state.open(state.openStep()));
            }
        }
        state.applied().add(id);
        request.experts().forEach(part -> state.touched(id.layer()).add(layer.slot(part.expert())));
        counters.countApplied();
        answers.put(id, new Answered(gradInputs), now);
        return new Completed<>(new BackwardAnswer(gradInputs, recomputed, false));
    }

    private ExpertReply<BackwardAnswer> repeated(UpdateId id, long now) {
        counters.countDuplicate();
        return answers.get(id, rules.keptNow(now)) instanceof Answered answered
                ? new Completed<>(new BackwardAnswer(answered.gradInputs(), false, true))
                : new Refused<>(Reason.DUPLICATE, "applied before, its answer is gone");
    }

    /// Why a contribution cannot be applied, or null.
    private @Nullable ExpertReply<BackwardAnswer> objection(
            BackwardRequest request, TrainerState state) {
        UpdateId id = request.update();
        if (rules.closed(state.prepared(), state.committedStep(), state.openStep(), id.step())) {
            return stepClosed(id.step());
        }
        if (id.step() == state.openStep() && state.applied().size() >= limits.updatesPerStep()) {
            return new Refused<>(
                    Reason.LIMIT, "a step has at most " + limits.updatesPerStep() + " updates");
        }
        if (!rules.acceptable(request.gradient())) {
            return notFinite();
        }
        HostedLayer layer = layer(id.layer());
        for (int i = 0; i < request.experts().size(); i++) {
            int expert = request.experts().get(i).expert();
            long version = layer.version(layer.slot(expert));
            long seen = request.versions()[i];
            if (seen < 0 || seen > version) {
                return new Refused<>(
                        Reason.VERSION,
                        "expert %d is at version %d, forward saw %d"
                                .formatted(expert, version, seen));
            }
            if (rules.stale(version, seen, limits.maxStaleness())) {
                counters.countStale();
                return new Stale<>(new ExpertId(name, id.layer(), expert), version);
            }
        }
        return null;
    }

    private ExpertArithmetic.@Nullable Pass take(BackwardRequest request, long handle, long now) {
        long time = rules.keptNow(now);
        boolean fits =
                passes.get(handle, time) instanceof Held held
                        && held.trainer().equals(request.update().trainer())
                        && held.experts().equals(request.experts());
        return fits && passes.take(handle, time) instanceof Held held ? held.pass() : null;
    }

    ExpertReply<PrepareAnswer> prepare(PrepareRequest request, long now) {
        TrainerState state = trainer(request.head().trainer(), now);
        if (state == null) {
            return tooManyTrainers();
        }
        if (request.step() <= state.committedStep() || request.step() < state.openStep()) {
            return stepClosed(request.step());
        }
        if (request.step() > state.openStep()) {
            counters.countDropped(state.open(request.step()));
        }
        List<UpdateId> missing =
                request.updates().stream().filter(id -> !state.applied().contains(id)).toList();
        if (!missing.isEmpty()) {
            return new Completed<>(new PrepareAnswer.Missing(missing));
        }
        state.prepare();
        List<SquareSum> sums = new ArrayList<>();
        layers.forEach((index, layer) -> {
            for (int slot : state.touched(index)) {
                double sum = state.gradients(index, layer.arithmetic()).sumOfSquares(slot);
                sums.add(new SquareSum(id(index, layer, slot), sum));
            }
        });
        int unexpected =
                state.applied().size() - (int) request.updates().stream().distinct().count();
        return new Completed<>(new PrepareAnswer.Ready(sums, unexpected));
    }

    ExpertReply<CommitAnswer> commit(CommitRequest request, long now) {
        TrainerState state = trainer(request.head().trainer(), now);
        if (state == null) {
            return tooManyTrainers();
        }
        CommitAnswer last = state.lastCommit();
        if (last != null && rules.committed(state.committedStep(), request.step())) {
            counters.countDuplicate();
            return new Completed<>(new CommitAnswer(last.versions(), true));
        }
        if (request.step() < state.committedStep()) {
            return stepClosed(request.step());
        }
        if (!rules.mayCommit(state.prepared(), state.openStep(), request.step())) {
            return new Refused<>(
                    Reason.NOT_PREPARED, "step " + request.step() + " was not prepared");
        }
        List<ExpertVersion> versions = new ArrayList<>();
        layers.forEach((index, layer) -> {
            layer.arithmetic().step(state.gradients(index, layer.arithmetic()), request.update());
            layer.advance();
            for (int slot = 0; slot < layer.size(); slot++) {
                versions.add(new ExpertVersion(id(index, layer, slot), layer.version(slot)));
            }
        });
        var answer = new CommitAnswer(versions, false);
        state.commit(request.step(), answer);
        forget(request.head().trainer());
        counters.countCommit();
        return new Completed<>(answer);
    }

    /// Lets go of what has been kept long enough.
    void sweep(long now) {
        long time = rules.keptNow(now);
        passes.expire(time);
        answers.expire(time);
        long idle = limits.trainerIdle().toNanos();
        trainers.entrySet()
                .removeIf(entry -> {
                    boolean gone = entry.getValue().idle(now, idle);
                    if (gone) {
                        forget(entry.getKey());
                        counters.countDropped(entry.getValue().drop());
                    }
                    return gone;
                });
    }

    /// Whether there is anything to let go of later.
    boolean remembers() {
        return !trainers.isEmpty() || !passes.isEmpty() || !answers.isEmpty();
    }

    /// Bytes kept for backward passes and repeated answers.
    long keptBytes() {
        return passes.bytes() + answers.bytes();
    }

    private void forget(TrainerId trainer) {
        passes.removeIf(handle -> heldBy(handle, trainer));
        answers.removeIf(id -> id.trainer().equals(trainer));
    }

    private boolean heldBy(long handle, TrainerId trainer) {
        return passes.peek(handle) instanceof Held held && held.trainer().equals(trainer);
    }

    private @Nullable TrainerState trainer(TrainerId trainer, long now) {
        TrainerId owner = rules.owner(trainer);
        TrainerState state = trainers.get(owner);
        if (state == null) {
            if (trainers.size() >= limits.trainers()) {
                return null;
            }
            state = new TrainerState();
            trainers.put(owner, state);
        }
        state.seen(now);
        return state;
    }

    private static List<ExpertRows> slots(HostedLayer layer, List<ExpertRows> experts) {
        return experts.stream()
                .map(part -> new ExpertRows(layer.slot(part.expert()), part.tokens()))
                .toList();
    }

    private static long[] versions(HostedLayer layer, List<ExpertRows> slots) {
        return slots.stream().mapToLong(part -> layer.version(part.expert())).toArray();
    }

    private ExpertId id(int index, HostedLayer layer, int slot) {
        return new ExpertId(name, index, layer.expert(slot));
    }

    private static <A> ExpertReply<A> notFinite() {
        return new Refused<>(Reason.NOT_FINITE, "a value is infinite or undefined");
    }

    private static <A> ExpertReply<A> stepClosed(long step) {
        return new Refused<>(Reason.STEP_CLOSED, "step " + step + " is closed");
    }

    private <A> ExpertReply<A> tooManyTrainers() {
        return new Refused<>(Reason.LIMIT, "at most " + limits.trainers() + " trainers");
    }

    /// Does what a request asks.
    @SuppressWarnings("unchecked") // a request's type says what its answer carries
    <A> ExpertReply<A> answer(ExpertRequest<A> request, long now) {
        return (ExpertReply<A>)
                switch (request) {
                    case ForwardRequest forward -> forward(forward, now);
                    case BackwardRequest backward -> backward(backward, now);
                    case PrepareRequest prepare -> prepare(prepare, now);
                    case CommitRequest commit -> commit(commit, now);
                };
    }
}
