// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.Engine;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Experts;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.dispatch.DispatchLimits;
import dev.witan.swarm.dispatch.DispatchSetup;
import dev.witan.swarm.dispatch.Dispatcher;
import dev.witan.swarm.dispatch.Replicas;
import dev.witan.swarm.dispatch.StepOutcome;
import dev.witan.swarm.dispatch.SwarmExperts;
import dev.witan.swarm.dispatch.SwarmModel;
import dev.witan.swarm.grpc.GrpcExpertTransport;
import dev.witan.swarm.grpc.WireLimits;
import dev.witan.swarm.host.AdamWExpertOptimizer;
import dev.witan.swarm.host.ExpertOptimizer;
import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.swarm.protocol.ThreadEventLoop;
import dev.witan.swarm.protocol.TrainerId;

import io.grpc.InsecureChannelCredentials;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Experts in other processes, over gRPC.
@Tag("process")
final class TwoProcessesTest {
    private static final int WIDTH = 24;
    private static final int EXPERTS = 5;
    private static final int STEPS = 4;

    @BeforeAll
    static void start() {
        Engine.start();
    }

    private static HostSpec spec(int hosts, int host) {
        return new HostSpec(WIDTH, 40, EXPERTS, hosts, host, 7);
    }

    /// A caller of some hosts; expert `e` is on host `e mod hosts`.
    private static final class Caller implements AutoCloseable {
        final ThreadEventLoop loop = new ThreadEventLoop("caller");
        final GrpcExpertTransport transport;
        final SwarmModel model;
        final SwarmExperts experts;

        Caller(List<InetSocketAddress> hosts, DispatchLimits limits) {
            this.transport =
                    new GrpcExpertTransport(
                            loop,
                            peer -> Optional.of(hosts.get(Integer.parseInt(peer.hex(), 16) - 1)),
                            InsecureChannelCredentials.create(),
                            WireLimits.standard());
            var replicas =
                    new Replicas() {
                        @Override
                        public List<PeerId> of(int layer, int expert) {
                            return List.of(HostSpec.peer(expert % hosts.size()));
                        }

                        @Override
                        public List<PeerId> hosts() {
                            return java.util.stream.IntStream.range(0, hosts.size())
                                    .mapToObj(HostSpec::peer)
                                    .toList();
                        }
                    };
            var trainer = new TrainerId("run", HostSpec.peer(99));
            this.model =
                    new SwarmModel(
                            new Dispatcher(
                                    loop,
                                    transport,
                                    new DispatchSetup(trainer, HostSpec.MODEL, replicas, limits)));
            this.experts = new SwarmExperts(model, 0, EXPERTS, WIDTH);
        }

        @Override
        public void close() {
            loop.close();
            transport.close();
        }
    }

    /// The same experts in this process, with the optimiser that hosts use.
    private static final class Local {
        final ExpertParameters parameters = spec(1, 0).layer();
        final LocalExperts experts = new LocalExperts(parameters, Precision.FLOAT32);
        final ExpertOptimizer optimizer = new AdamWExpertOptimizer();
        final Tensor mean = Scope.release(Tensors.zerosLike(parameters.parameter().value()));
        final Tensor square = Scope.release(Tensors.zerosLike(parameters.parameter().value()));

        double sumOfSquares() {
            double sum = 0;
            for (int e = 0; e < EXPERTS; e++) {
                sum += optimizer.sumOfSquares(parameters.parameter().gradient().select(0, e));
            }
            return sum;
        }

        void step(AdamWUpdate update) {
            optimizer.step(
                    new ExpertOptimizer.State(
                            parameters.parameter().value(),
                            parameters.parameter().gradient(),
                            mean,
                            square),
                    update);
        }

        List<String> hashes() {
            List<String> hashes = new ArrayList<>();
            for (int e = 0; e < EXPERTS; e++) {
                hashes.add(HostSpec.hash(parameters.parameter().value(), e));
            }
            return hashes;
        }
    }

    private static AdamWUpdate update(double sumOfSquares, long step) {
        double clip = Math.max(1, Math.sqrt(sumOfSquares) / 0.05);
        return new AdamWUpdate(clip, 1e-2, 0.01, 0.9, 0.95, 1e-8, step);
    }

    @Test
    void trainingOverTwoHostsIsTrainingHereToTheLastBit() throws IOException {
        try (var first = HostProcess.start(spec(2, 0));
                var second = HostProcess.start(spec(2, 1));
                var caller =
                        new Caller(
                                List.of(first.address(), second.address()),
                                DispatchLimits.standard())) {
            var local = new Local();
            var here = new LayerTraining(local.experts);
            var there = new LayerTraining(caller.experts);
            List<Double> sums = new ArrayList<>();
            for (int step = 1; step <= STEPS; step++) {
                assertThat(there.pass(step)).isEqualTo(here.pass(step));
                StepOutcome.Prepared prepared = caller.model.prepare();
                assertThat(prepared.absent()).isEmpty();
                assertThat(prepared.sumOfSquares()).isEqualTo(local.sumOfSquares());
                sums.add(prepared.sumOfSquares());
                AdamWUpdate update = update(prepared.sumOfSquares(), step);
                assertThat(caller.model.commit(update).absent()).isEmpty();
                local.step(update);
            }
            assertThat(sums).allMatch(sum -> sum > 0.05 * 0.05);
            String[] even = first.ask("hash").split(" ", -1);
            String[] odd = second.ask("hash").split(" ", -1);
            assertThat(List.of(even[0], odd[0], even[1], odd[1], even[2]))
                    .isEqualTo(local.hashes());
            var counters = caller.model.counters();
            assertThat(counters.layerCalls()).isEqualTo(2L * STEPS);
            assertThat(counters.forwardRequests()).isEqualTo(2 * counters.layerCalls());
            assertThat(counters.degradedRows()).isZero();
            assertThat(counters.lostGradientRows()).isZero();
            assertThat(counters.retries()).isZero();
        }
    }

    @Test
    void aKilledHostIsUnreachableAtOnceAndItsRowsAreZero() throws Exception {
        try (var host = HostProcess.start(spec(1, 0));
                var caller = new Caller(List.of(host.address()), DispatchLimits.standard());
                Scope scope = Scope.open()) {
            assertThat(host.ask("stall")).isEqualTo("stalled");
            DispatchPlan plan = DispatchPlan.of(new int[] {0, 1, 4}, 3, 1, EXPERTS);
            Tensor x = Tensors.normal(1, 3, 3, WIDTH);
            var answer = CompletableFuture.supplyAsync(() -> call(caller.experts, plan, x));
            assertThat(host.line()).isEqualTo("computing");
            host.kill();
            float[] rows = answer.get(20, TimeUnit.SECONDS);
            assertThat(rows).hasSize(3 * WIDTH).containsOnly(0f);
            assertThat(caller.model.counters().degradedRows()).isEqualTo(3);
        }
    }

    @Test
    void aSilentHostCostsTheDeadlineAndNoMore() throws Exception {
        var limits =
                new DispatchLimits(
                        Duration.ofMillis(300),
                        Duration.ofMillis(100),
                        Duration.ofMillis(100),
                        3,
                        Duration.ofMillis(10),
                        Duration.ofMillis(300));
        try (var host = HostProcess.start(spec(1, 0));
                var caller = new Caller(List.of(host.address()), limits);
                Scope scope = Scope.open()) {
            assertThat(host.ask("stall")).isEqualTo("stalled");
            DispatchPlan plan = DispatchPlan.of(new int[] {0, 1, 4}, 3, 1, EXPERTS);
            Experts.Call call = caller.experts.apply(plan, Tensors.normal(1, 3, 3, WIDTH), true);
            assertThat(Tensors.toFloats(call.rows())).containsOnly(0f);
            Tensor gradInputs = call.backward(Tensors.normal(1, 4, 3, WIDTH));
            assertThat(Tensors.toFloats(gradInputs)).containsOnly(0f);
            assertThat(caller.model.prepare().absent()).containsExactly(HostSpec.peer(0));
            assertThat(caller.model.counters().degradedRows()).isEqualTo(3);
        }
    }

    private static float[] call(Experts experts, DispatchPlan plan, Tensor x) {
        try (Scope scope = Scope.open()) {
            return Tensors.toFloats(experts.apply(plan, x, false).rows());
        }
    }
}
