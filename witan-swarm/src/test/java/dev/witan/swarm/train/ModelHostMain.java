// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import dev.witan.swarm.grpc.GrpcExpertServer;
import dev.witan.swarm.grpc.WireLimits;
import dev.witan.swarm.host.AdamWExpertOptimizer;
import dev.witan.swarm.host.ExpertHost;
import dev.witan.swarm.host.TorchArithmetic;
import dev.witan.swarm.protocol.ThreadEventLoop;

import io.grpc.ServerCredentials;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Executors;

/// A host of parts of some models as a process, with mutual TLS. Prints `port N`, one number per
/// model, then answers each line that names a model with the hashes of its experts, and ends with
/// its standard input.
public final class ModelHostMain {
    private ModelHostMain() {}

    /// Runs a host.
    ///
    /// @param args folder of the certificates, number of hosts, number of this one, models
    public static void main(String[] args) throws IOException {
        int hosts = Integer.parseInt(args[1]);
        int host = Integer.parseInt(args[2]);
        List<String> names = Arrays.asList(args).subList(3, args.length);
        ServerCredentials credentials = TestCertificates.server(Path.of(args[0]), host);
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var loop = new ThreadEventLoop("host");
        var compute = Executors.newSingleThreadExecutor();
        Map<String, SortedMap<Integer, TorchArithmetic>> models = new HashMap<>();
        var ports = new StringBuilder("port");
        for (String name : names) {
            TestModel model = TestModel.named(name);
            var arithmetics = model.arithmetics(hosts, host, new AdamWExpertOptimizer());
            models.put(name, arithmetics);
            var expertHost = new ExpertHost(loop, compute, model.setup(hosts, host, arithmetics));
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var server =
                    new GrpcExpertServer(
                            address, credentials, loop, expertHost, WireLimits.standard());
            ports.append(' ').append(server.port());
        }
        out.println(ports);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String name;
        while ((name = in.readLine()) != null) {
            SortedMap<Integer, TorchArithmetic> model = models.get(name);
            if (model == null) {
                throw new IllegalArgumentException(name);
            }
            out.println(String.join(" ", TestModel.hashes(model)));
        }
        System.exit(0);
    }
}
