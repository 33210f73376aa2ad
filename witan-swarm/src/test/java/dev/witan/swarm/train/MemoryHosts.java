// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.dispatch.DispatchLimits;
import dev.witan.swarm.dispatch.DispatchSetup;
import dev.witan.swarm.dispatch.Dispatcher;
import dev.witan.swarm.dispatch.SwarmModel;
import dev.witan.swarm.host.ExpertHost;
import dev.witan.swarm.host.ExpertOptimizer;
import dev.witan.swarm.host.TorchArithmetic;
import dev.witan.swarm.process.HostSpec;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ExpertTransport;
import dev.witan.swarm.protocol.ThreadEventLoop;
import dev.witan.swarm.protocol.TrainerId;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/// Hosts of a model in this process, called without a network.
final class MemoryHosts implements AutoCloseable {
    private final ThreadEventLoop loop = new ThreadEventLoop("swarm");
    private final ExecutorService compute = Executors.newSingleThreadExecutor();
    private final TestModel model;
    private final List<PeerId> peers = new ArrayList<>();
    private final List<SortedMap<Integer, TorchArithmetic>> arithmetics = new ArrayList<>();
    private final List<ExpertHost> hosts = new ArrayList<>();

    MemoryHosts(TestModel model, int count, ExpertOptimizer optimizer) {
        this.model = model;
        for (int h = 0; h < count; h++) {
            var arithmetic = model.arithmetics(count, h, optimizer);
            peers.add(HostSpec.peer(h));
            arithmetics.add(arithmetic);
            hosts.add(new ExpertHost(loop, compute, model.setup(count, h, arithmetic)));
        }
    }

    SwarmModel swarm() {
        return swarm(
                new ExpertTransport() {
                    @Override
                    public <A> void send(
                            PeerId peer,
                            ExpertRequest<A> request,
                            Consumer<ExpertReply<A>> whenAnswered) {
                        hosts.get(peers.indexOf(peer)).submit(request, whenAnswered);
                    }
                });
    }

    SwarmModel swarm(ExpertTransport transport) {
        var setup =
                new DispatchSetup(
                        new TrainerId("run", HostSpec.peer(99)),
                        model.name(),
                        new SpreadReplicas(peers),
                        DispatchLimits.standard());
        return new SwarmModel(new Dispatcher(loop, transport, setup));
    }

    List<String> hashes() {
        return model.inOrder(arithmetics.stream().map(TestModel::hashes).toList());
    }

    @Override
    public void close() {
        loop.close();
        compute.shutdownNow();
    }
}
