// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.witan.engine.AdamWKernel;
import dev.witan.engine.Engine;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Experts;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.host.ExpertHost;
import dev.witan.swarm.host.TorchArithmetic;
import dev.witan.swarm.process.HostSpec;
import dev.witan.swarm.process.LayerTraining;
import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ExpertTransport;
import dev.witan.swarm.protocol.ThreadEventLoop;
import dev.witan.swarm.protocol.TrainerId;
import dev.witan.testkit.Seeded;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Experts of hosts in this process give the bits of local experts.
final class SwarmExpertsTest {
    private static final int WIDTH = 20;
    private static final int EXPERTS = 7;

    @BeforeAll
    static void start() {
        Engine.start();
    }

    /// Hosts of one layer, and a trainer that calls them without a network.
    private static final class MemorySwarm implements AutoCloseable {
        final ThreadEventLoop loop = new ThreadEventLoop("swarm");
        final ExecutorService compute = Executors.newSingleThreadExecutor();
        final List<TorchArithmetic> arithmetics = new ArrayList<>();
        final List<ExpertHost> hosts = new ArrayList<>();

        MemorySwarm(int count) {
            for (int h = 0; h < count; h++) {
                var spec = new HostSpec(WIDTH, 12, EXPERTS, count, h, 3);
                TorchArithmetic arithmetic = spec.arithmetic();
                arithmetics.add(arithmetic);
                hosts.add(new ExpertHost(loop, compute, spec.setup(arithmetic)));
            }
        }

        SwarmModel trainer(int number) {
            var transport =
                    new ExpertTransport() {
                        @Override
                        public <A> void send(
                                PeerId peer,
                                ExpertRequest<A> request,
                                Consumer<ExpertReply<A>> whenAnswered) {
                            int host = Integer.parseInt(peer.hex(), 16) - 1;
                            hosts.get(host).submit(request, whenAnswered);
                        }
                    };
            var replicas =
                    new Replicas() {
                        @Override
                        public List<PeerId> of(int layer, int expert) {
                            return List.of(HostSpec.peer(expert % hosts.size()));
                        }

                        @Override
                        public List<PeerId> hosts() {
                            return IntStream.range(0, hosts.size())
                                    .mapToObj(HostSpec::peer)
                                    .toList();
                        }
                    };
            var setup =
                    new DispatchSetup(
                            new TrainerId("run", HostSpec.peer(100 + number)),
                            HostSpec.MODEL,
                            replicas,
                            DispatchLimits.standard());
            return new SwarmModel(new Dispatcher(loop, transport, setup));
        }

        List<String> hashes() {
            return IntStream.range(0, EXPERTS)
                    .mapToObj(e ->
                            HostSpec.hash(
                                    arithmetics
                                            .get(e % hosts.size())
                                            .parameters()
                                            .parameter()
                                            .value(),
                                    e / hosts.size()))
                    .toList();
        }

        @Override
        public void close() {
            loop.close();
            compute.shutdownNow();
        }
    }

    private static SwarmExperts experts(SwarmModel model) {
        return new SwarmExperts(model, 0, EXPERTS, WIDTH);
    }

    private static ExpertParameters localParameters() {
        return new HostSpec(WIDTH, 12, EXPERTS, 1, 0, 3).layer();
    }

    private static DispatchPlan plan(int tokens, int topK) {
        int[] ids = new int[tokens * topK];
        for (int t = 0; t < tokens; t++) {
            int[] first = Seeded.integers(t, 1, EXPERTS);
            for (int k = 0; k < topK; k++) {
                ids[t * topK + k] = (first[0] + k * k) % EXPERTS;
            }
        }
        if (ids.length > 2) {
            ids[1] = -1;
        }
        return DispatchPlan.of(ids, tokens, topK, EXPERTS);
    }

    @ParameterizedTest
    @CsvSource({"0,1,2", "1,1,1", "1,4,3", "7,2,2", "37,3,3", "64,4,4", "131,2,1"})
    void rowsAndGradientsHaveTheBitsOfLocalExperts(int tokens, int topK, int hosts) {
        try (var swarm = new MemorySwarm(hosts);
                Scope scope = Scope.open()) {
            ExpertParameters parameters = localParameters();
            var local = new LocalExperts(parameters, Precision.FLOAT32);
            SwarmModel model = swarm.trainer(0);
            DispatchPlan plan = plan(tokens, topK);
            Tensor x = Tensors.normal(1, 1, tokens, WIDTH);
            Tensor gradient = Tensors.normal(1, 2, plan.rows(), WIDTH);
            Experts.Call here = local.apply(plan, x, true);
            Experts.Call there = experts(model).apply(plan, x, true);
            assertThat(Tensors.toFloats(there.rows())).isEqualTo(Tensors.toFloats(here.rows()));
            assertThat(Tensors.toFloats(there.backward(gradient)))
                    .isEqualTo(Tensors.toFloats(here.backward(gradient)));
            double expected = 0;
            for (int e = 0; e < EXPERTS; e++) {
                float[] values = Tensors.toFloats(parameters.parameter().gradient().select(0, e));
                expected += sumOfSquares(values);
            }
            assertThat(model.prepare().sumOfSquares()).isEqualTo(expected);
            long requests = model.counters().forwardRequests();
            assertThat(requests).isLessThanOrEqualTo(hosts);
            assertThat(model.counters().degradedRows()).isZero();
        }
    }

    private static double sumOfSquares(float[] values) {
        return AdamWKernel.sumOfSquares(MemorySegment.ofArray(values));
    }

    /// 64 samples of four experts each, four peers: four requests, and a token once to each.
    @Test
    void aLayerCallIsOneRequestToEachPeer() {
        try (var swarm = new MemorySwarm(4);
                Scope scope = Scope.open()) {
            SwarmModel model = swarm.trainer(0);
            experts(model).apply(plan(64, 4), Tensors.normal(1, 1, 64, WIDTH), false);
            assertThat(model.counters().forwardRequests()).isEqualTo(4);
            assertThat(model.counters().rows()).isEqualTo(255);
            assertThat(model.counters().tokensSent()).isLessThanOrEqualTo(255);
        }
    }

    @Test
    void twoTrainersKeepTheirGradientsApart() {
        try (var swarm = new MemorySwarm(2)) {
            SwarmModel first = swarm.trainer(1);
            SwarmModel second = swarm.trainer(2);
            ExpertParameters parameters = localParameters();
            var local = new LayerTraining(new LocalExperts(parameters, Precision.FLOAT32));
            double expected = local.pass(5);
            var one = new LayerTraining(experts(first));
            var other = new LayerTraining(experts(second));
            assertThat(other.pass(6)).isNotEqualTo(expected);
            assertThat(one.pass(5)).isEqualTo(expected);
            double sum = 0;
            for (int e = 0; e < EXPERTS; e++) {
                try (Scope scope = Scope.open()) {
                    sum +=
                            sumOfSquares(
                                    Tensors.toFloats(
                                            parameters.parameter().gradient().select(0, e)));
                }
            }
            assertThat(first.prepare().sumOfSquares()).isEqualTo(sum);
            List<String> before = swarm.hashes();
            first.commit(new AdamWUpdate(1, 1e-2, 0, 0.9, 0.95, 1e-8, 1));
            List<String> between = swarm.hashes();
            assertThat(second.prepare().sumOfSquares()).isGreaterThan(0).isNotEqualTo(sum);
            second.commit(new AdamWUpdate(1, 1e-2, 0, 0.9, 0.95, 1e-8, 2));
            assertThat(between).doesNotContainAnyElementsOf(before);
            assertThat(swarm.hashes()).doesNotContainAnyElementsOf(between);
        }
    }

    @Test
    void anAbandonedStepLeavesNothingBehind() {
        try (var swarm = new MemorySwarm(2)) {
            SwarmModel model = swarm.trainer(1);
            var chain = new LayerTraining(experts(model));
            chain.pass(1);
            List<String> before = swarm.hashes();
            model.abandon();
            assertThat(model.prepare().sumOfSquares()).isZero();
            assertThat(swarm.hashes()).isEqualTo(before);
        }
    }

    @Test
    void shapesOfAnotherLayerAreRefusedHere() {
        try (var swarm = new MemorySwarm(1);
                Scope scope = Scope.open()) {
            SwarmExperts experts = experts(swarm.trainer(0));
            Tensor x = Tensors.normal(1, 1, 2, WIDTH);
            DispatchPlan other = DispatchPlan.of(new int[] {0, 1}, 2, 1, EXPERTS + 1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> experts.apply(other, x, false))
                    .withMessageContaining("8 experts, the layer 7");
            DispatchPlan three = DispatchPlan.of(new int[3], 3, 1, EXPERTS);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> experts.apply(three, x, false))
                    .withMessage("x must have shape [3, 20]");
        }
    }

    @Test
    void valuesThatAreNotFiniteAreNotComputed() {
        try (var swarm = new MemorySwarm(1);
                Scope scope = Scope.open()) {
            SwarmModel model = swarm.trainer(0);
            float[] values = new float[2 * WIDTH];
            Arrays.fill(values, 1);
            values[3] = Float.NaN;
            Tensor x = Tensors.of(values, 2, WIDTH);
            Experts.Call call = experts(model).apply(plan(2, 1), x, true);
            assertThat(Tensors.toFloats(call.rows())).containsOnly(0f);
            assertThat(model.counters().degradedRows()).isEqualTo(2);
        }
    }
}
