// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.swarm.protocol.BackwardAnswer;
import dev.witan.swarm.protocol.BackwardRequest;
import dev.witan.swarm.protocol.CommitAnswer;
import dev.witan.swarm.protocol.CommitRequest;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Busy;
import dev.witan.swarm.protocol.ExpertReply.Completed;
import dev.witan.swarm.protocol.ExpertReply.Reason;
import dev.witan.swarm.protocol.ExpertReply.Refused;
import dev.witan.swarm.protocol.ExpertReply.Stale;
import dev.witan.swarm.protocol.ExpertReply.TimedOut;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ExpertRows;
import dev.witan.swarm.protocol.ForwardAnswer;
import dev.witan.swarm.protocol.ForwardRequest;
import dev.witan.swarm.protocol.Inputs;
import dev.witan.swarm.protocol.PrepareAnswer;
import dev.witan.swarm.protocol.PrepareRequest;
import dev.witan.swarm.protocol.RequestHead;
import dev.witan.swarm.protocol.Rows;
import dev.witan.swarm.protocol.TrainerId;
import dev.witan.swarm.protocol.UpdateId;
import dev.witan.testkit.sim.Simulation;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What a host answers to requests, good and bad.
final class ExpertHostTest {
    private static final String MODEL = "m";
    private static final int WIDTH = TallyArithmetic.WIDTH;
    private static final Duration KEPT = Duration.ofSeconds(1);
    private static final AdamWUpdate UPDATE = new AdamWUpdate(1, 1e-3, 0, 0.9, 0.95, 1e-8, 1);

    private final Simulation simulation = new Simulation(1);
    private final List<String> violations = new ArrayList<>();
    private final TallyArithmetic.Ledger ledger = new TallyArithmetic.Ledger(2, violations::add);
    private final ExpertHost host = host(Duration.ofMillis(1));
    private final TrainerId one = trainer(1);
    private final TrainerId two = trainer(2);

    private ExpertHost host(Duration service) {
        var loop = new SimulatedLoop(simulation);
        var arithmetic = new TallyArithmetic(new int[] {2, 5}, ledger, 0);
        var limits =
                new HostLimits(
                        4,
                        3,
                        1_000,
                        10,
                        2,
                        3,
                        2,
                        100,
                        KEPT,
                        Duration.ofSeconds(30),
                        Duration.ofMillis(7));
        var setup =
                new HostSetup(
                        MODEL,
                        Map.of(3, new HostedLayer(new int[] {2, 5}, arithmetic)),
                        limits,
                        new Random(1));
        return new ExpertHost(loop, task -> loop.schedule(service, task), setup);
    }

    private static TrainerId trainer(int number) {
        return new TrainerId("run", SimulatedHost.peer(number));
    }

    private static RequestHead head(TrainerId trainer) {
        return new RequestHead(1, trainer, MODEL, Duration.ofSeconds(5));
    }

    private static List<ExpertRows> rows(int expert, int... tokens) {
        return List.of(new ExpertRows(expert, tokens));
    }

    private static ForwardRequest forward(TrainerId trainer, int expert) {
        return new ForwardRequest(head(trainer), 3, rows(expert, 0), Rows.zeros(1, WIDTH), true);
    }

    private Rows gradient(long step) {
        int code = ledger.code(1, step);
        ledger.saw(code, 0);
        Rows gradient = Rows.zeros(1, WIDTH);
        gradient.set(0, 0, code);
        return gradient;
    }

    private BackwardRequest backward(TrainerId trainer, long step, int iteration, Inputs inputs) {
        return new BackwardRequest(
                head(trainer),
                new UpdateId(trainer, step, 3, iteration, 0),
                rows(2, 0),
                new long[1],
                inputs,
                gradient(step));
    }

    private static Inputs sent() {
        return new Inputs.Sent(Rows.zeros(1, WIDTH));
    }

    private <A> ExpertReply<A> ask(ExpertRequest<A> request) {
        List<ExpertReply<A>> replies = new ArrayList<>();
        host.submit(request, replies::add);
        // Half of what things are kept for: they are still there.
        long end = simulation.now() + KEPT.toNanos() / 10;
        simulation.after(KEPT.toNanos() / 10, () -> {});
        while (simulation.now() < end) {
            simulation.run(1);
        }
        assertThat(replies).hasSize(1);
        return replies.getFirst();
    }

    private <A> A done(ExpertRequest<A> request) {
        ExpertReply<A> reply = ask(request);
        assertThat(reply).isInstanceOf(Completed.class);
        return ((Completed<A>) reply).answer();
    }

    private void refused(ExpertRequest<?> request, Reason reason) {
        assertThat(ask(request))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        RequestHead head = head(one);
        Rows row = Rows.zeros(1, WIDTH);
        var other = new RequestHead(1, one, "other", Duration.ofSeconds(1));
        refused(new ForwardRequest(other, 3, rows(2, 0), row, false), Reason.UNKNOWN_EXPERT);
        refused(new ForwardRequest(head, 0, rows(2, 0), row, false), Reason.UNKNOWN_EXPERT);
        refused(new ForwardRequest(head, -1, rows(2, 0), row, false), Reason.UNKNOWN_EXPERT);
        refused(new ForwardRequest(head, 3, rows(3, 0), row, false), Reason.UNKNOWN_EXPERT);
        refused(new ForwardRequest(head, 3, List.of(), row, false), Reason.SHAPE);
        refused(new ForwardRequest(head, 3, rows(2), row, false), Reason.SHAPE);
        refused(new ForwardRequest(head, 3, rows(2, 1), row, false), Reason.SHAPE);
        refused(new ForwardRequest(head, 3, rows(2, -1), row, false), Reason.SHAPE);
        refused(new ForwardRequest(head, 3, rows(-2, 0), row, false), Reason.SHAPE);
        refused(
                new ForwardRequest(head, 3, rows(2, 0), Rows.zeros(1, WIDTH + 1), false),
                Reason.SHAPE);
        refused(
                new ForwardRequest(head, 3, rows(2, 1, 0), Rows.zeros(2, WIDTH), false),
                Reason.SHAPE);
        var descending = List.of(rows(5, 0).getFirst(), rows(2, 0).getFirst());
        refused(new ForwardRequest(head, 3, descending, row, false), Reason.SHAPE);
        var twice = List.of(rows(2, 0).getFirst(), rows(2, 0).getFirst());
        refused(new ForwardRequest(head, 3, twice, row, false), Reason.SHAPE);
        refused(
                new ForwardRequest(head, 3, rows(2, 0), Rows.zeros(11, WIDTH), false),
                Reason.LIMIT);
        refused(new ForwardRequest(head, 3, rows(2, new int[11]), row, false), Reason.LIMIT);
        assertThat(violations).isEmpty();
    }

    @Test
    void backwardThatDoesNotFitIsRefused() {
        RequestHead head = head(one);
        var id = new UpdateId(one, 0, 3, 0, 0);
        Rows row = Rows.zeros(1, WIDTH);
        long[] versions = new long[1];
        var foreign = new UpdateId(two, 0, 3, 0, 0);
        refused(
                new BackwardRequest(head, foreign, rows(2, 0), versions, sent(), row),
                Reason.PROTOCOL);
        refused(new BackwardRequest(head, id, rows(2, 0), new long[2], sent(), row), Reason.SHAPE);
        refused(
                new BackwardRequest(head, id, rows(2, 0), versions, sent(), Rows.zeros(2, WIDTH)),
                Reason.SHAPE);
        refused(
                new BackwardRequest(head, id, rows(2, 0), new long[] {1}, sent(), row),
                Reason.VERSION);
        refused(
                new BackwardRequest(head, id, rows(2, 0), versions, new Inputs.Held(77), row),
                Reason.HANDLE_LOST);
        Rows bad = Rows.zeros(1, WIDTH);
        bad.set(0, 1, Float.NEGATIVE_INFINITY);
        refused(
                new BackwardRequest(head, id, rows(2, 0), versions, sent(), bad),
                Reason.NOT_FINITE);
        refused(
                new BackwardRequest(head, id, rows(2, 0), versions, new Inputs.Sent(bad), row),
                Reason.NOT_FINITE);
        assertThat(host.counters().applied()).isZero();
        assertThat(violations).isEmpty();
    }

    @Test
    void aContributionThatComesAgainIsAnsweredAgainAndNotApplied() {
        BackwardRequest request = backward(one, 0, 0, sent());
        BackwardAnswer first = done(request);
        BackwardAnswer again = done(request);
        assertThat(first.duplicate()).isFalse();
        assertThat(again.duplicate()).isTrue();
        assertThat(again.gradInputs()).isEqualTo(first.gradInputs());
        assertThat(host.counters().applied()).isEqualTo(1);
        simulation.run(10_000);
        assertThat(violations).isEmpty();
    }

    @Test
    void aHandleServesItsTrainerOnceAndForAWhile() {
        ForwardAnswer answer = done(forward(one, 2));
        assertThat(answer.handle()).isNotZero();
        var held = new Inputs.Held(answer.handle());
        refused(backward(two, 0, 0, held), Reason.HANDLE_LOST);
        assertThat(done(backward(one, 0, 0, held)).recomputed()).isFalse();
        refused(backward(one, 0, 1, held), Reason.HANDLE_LOST);
        ForwardAnswer late = done(forward(one, 2));
        simulation.after(KEPT.toNanos() * 2, () -> {});
        simulation.run(100_000);
        assertThat(host.keptBytes()).isZero();
        refused(backward(one, 0, 2, new Inputs.Held(late.handle())), Reason.HANDLE_LOST);
        assertThat(done(backward(one, 0, 2, sent())).recomputed()).isTrue();
        assertThat(violations).isEmpty();
    }

    @Test
    void aHandleIsForTheRowsItWasMadeFor() {
        ForwardAnswer answer = done(forward(one, 5));
        refused(backward(one, 0, 0, new Inputs.Held(answer.handle())), Reason.HANDLE_LOST);
    }

    @Test
    void aStepIsPreparedThenCommittedOnce() {
        var prepare = new PrepareRequest(head(one), 0, List.of());
        var commit = new CommitRequest(head(one), 0, UPDATE);
        refused(commit, Reason.NOT_PREPARED);
        BackwardRequest contribution = backward(one, 0, 0, sent());
        done(contribution);
        refused(commit, Reason.NOT_PREPARED);
        var unknown = new UpdateId(one, 0, 3, 9, 0);
        assertThat(done(new PrepareRequest(head(one), 0, List.of(contribution.update(), unknown))))
                .isEqualTo(new PrepareAnswer.Missing(List.of(unknown)));
        refused(commit, Reason.NOT_PREPARED);
        var expert = new ExpertId(MODEL, 3, 2);
        assertThat(done(prepare))
                .isEqualTo(
                        new PrepareAnswer.Ready(
                                List.of(new PrepareAnswer.SquareSum(expert, 1)), 1));
        refused(backward(one, 0, 1, sent()), Reason.STEP_CLOSED);
        CommitAnswer first = done(commit);
        CommitAnswer again = done(commit);
        assertThat(first.versions())
                .extracting(CommitAnswer.ExpertVersion::version)
                .containsExactly(1L, 1L);
        assertThat(again).isEqualTo(new CommitAnswer(first.versions(), true));
        refused(backward(one, 0, 2, sent()), Reason.STEP_CLOSED);
        refused(prepare, Reason.STEP_CLOSED);
        assertThat(host.counters().commits()).isEqualTo(1);
        assertThat(violations).isEmpty();
    }

    @Test
    void aNewerStepGivesUpAnUnfinishedOne() {
        done(backward(one, 0, 0, sent()));
        done(backward(one, 1, 0, sent()));
        assertThat(host.counters().dropped()).isEqualTo(1);
        refused(backward(one, 0, 1, sent()), Reason.STEP_CLOSED);
        refused(new PrepareRequest(head(one), 0, List.of()), Reason.STEP_CLOSED);
        assertThat(done(new PrepareRequest(head(one), 1, List.of())))
                .isInstanceOfSatisfying(
                        PrepareAnswer.Ready.class,
                        ready -> assertThat(ready.unexpected()).isEqualTo(1));
    }

    @Test
    void versionsTooOldAreStale() {
        for (int step = 0; step < 3; step++) {
            done(new PrepareRequest(head(two), step, List.of()));
            done(new CommitRequest(head(two), step, UPDATE));
        }
        assertThat(ask(backward(one, 0, 0, sent())))
                .isEqualTo(new Stale<>(new ExpertId(MODEL, 3, 2), 3));
        assertThat(host.counters().stale()).isEqualTo(1);
    }

    @Test
    void constantsOfAStepAreChecked() {
        for (double bad : new double[] {Double.NaN, -1, Double.POSITIVE_INFINITY}) {
            var update = new AdamWUpdate(1, bad, 0, 0.9, 0.95, 1e-8, 1);
            refused(new CommitRequest(head(one), 0, update), Reason.NOT_FINITE);
        }
    }

    @Test
    void trainersAndUpdatesAreBounded() {
        done(forward(one, 2));
        done(forward(two, 2));
        refused(forward(trainer(3), 2), Reason.LIMIT);
        for (int i = 0; i < 3; i++) {
            done(backward(one, 0, i, sent()));
        }
        refused(backward(one, 0, 3, sent()), Reason.LIMIT);
        simulation.run(1_000_000);
        done(forward(trainer(3), 2));
    }

    @Test
    void aFullQueueIsBusyAndWaitsEnd() {
        List<ExpertReply<?>> replies = new ArrayList<>();
        ExpertHost slow = host(Duration.ofSeconds(3));
        var hurried = new RequestHead(1, one, MODEL, Duration.ofSeconds(1));
        for (int i = 0; i < 5; i++) {
            slow.submit(
                    new ForwardRequest(hurried, 3, rows(2, 0), Rows.zeros(1, WIDTH), false),
                    replies::add);
        }
        assertThat(replies).containsExactly(new Busy<>(Duration.ofMillis(7)));
        simulation.run(10_000);
        assertThat(replies).hasSize(5);
        assertThat(replies.get(1)).isInstanceOf(Completed.class);
        assertThat(replies.subList(2, 5)).containsOnly(new TimedOut<>());
        assertThat(slow.counters().expired()).isEqualTo(3);
    }
}
