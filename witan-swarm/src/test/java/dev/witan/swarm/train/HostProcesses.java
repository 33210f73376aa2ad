// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.dispatch.DispatchLimits;
import dev.witan.swarm.dispatch.DispatchSetup;
import dev.witan.swarm.dispatch.Dispatcher;
import dev.witan.swarm.dispatch.SwarmModel;
import dev.witan.swarm.grpc.GrpcExpertTransport;
import dev.witan.swarm.grpc.WireLimits;
import dev.witan.swarm.process.HostProcess;
import dev.witan.swarm.protocol.ThreadEventLoop;
import dev.witan.swarm.protocol.TrainerId;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Processes that hold the experts of some models, and a trainer's way to them.
final class HostProcesses implements AutoCloseable {
    private final TestCertificates certificates;
    private final List<String> models;
    private final List<HostProcess> processes = new ArrayList<>();
    private final ThreadEventLoop loop = new ThreadEventLoop("trainer");
    private final List<GrpcExpertTransport> transports = new ArrayList<>();

    private HostProcesses(TestCertificates certificates, List<String> models) {
        this.certificates = certificates;
        this.models = models;
    }

    /// Starts hosts and waits until they listen.
    static HostProcesses start(Path folder, int count, List<String> models) throws Exception {
        var hosts = new HostProcesses(TestCertificates.found(folder, count), models);
        try (var starting = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HostProcess>> started = new ArrayList<>();
            for (int h = 0; h < count; h++) {
                List<String> arguments = new ArrayList<>();
                arguments.addAll(
                        List.of(folder.toString(), String.valueOf(count), String.valueOf(h)));
                arguments.addAll(models);
                started.add(
                        starting.submit(() -> HostProcess.start(ModelHostMain.class, arguments)));
            }
            for (Future<HostProcess> process : started) {
                hosts.processes.add(process.get());
            }
        }
        return hosts;
    }

    HostProcess process(int host) {
        return processes.get(host);
    }

    /// The experts of a model, for one trainer.
    SwarmModel swarm(String model, DispatchLimits limits) {
        int place = models.indexOf(model);
        List<PeerId> peers = certificates.hosts();
        var transport =
                new GrpcExpertTransport(
                        loop,
                        peer ->
                                Optional.of(
                                        processes.get(peers.indexOf(peer)).addresses().get(place)),
                        certificates.channel(),
                        WireLimits.standard());
        transports.add(transport);
        var setup =
                new DispatchSetup(
                        new TrainerId("run", certificates.trainer()),
                        model,
                        new SpreadReplicas(peers),
                        limits);
        return new SwarmModel(new Dispatcher(loop, transport, setup));
    }

    /// Hashes of a model's experts, layer by layer.
    List<String> hashes(TestModel model) throws IOException {
        List<List<String>> byHost = new ArrayList<>();
        for (int h = 0; h < processes.size(); h++) {
            byHost.add(hashes(model, h));
        }
        return model.inOrder(byHost);
    }

    /// Hashes of the experts of a model that one host holds.
    List<String> hashes(TestModel model, int host) throws IOException {
        return List.of(process(host).ask(model.name()).split(" ", -1));
    }

    @Override
    public void close() {
        loop.close();
        transports.forEach(GrpcExpertTransport::close);
        processes.forEach(HostProcess::close);
    }
}
