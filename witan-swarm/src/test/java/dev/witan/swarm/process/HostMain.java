// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.process;

import dev.witan.swarm.grpc.GrpcExpertServer;
import dev.witan.swarm.grpc.WireLimits;
import dev.witan.swarm.host.ExpertHost;
import dev.witan.swarm.host.TorchArithmetic;
import dev.witan.swarm.protocol.ThreadEventLoop;

import io.grpc.InsecureServerCredentials;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// A host as a process. Prints `port N`, then answers commands of its standard input, and ends with
/// that.
///
/// `hash` prints the hashes of its experts; `stall` makes it print `computing` at the next request
/// and never go on.
public final class HostMain {
    private volatile boolean stalled;

    private HostMain() {}

    /// Runs a host. Arguments: those of [HostSpec].
    public static void main(String[] args) throws IOException {
        int[] numbers = Arrays.stream(args).mapToInt(Integer::parseInt).toArray();
        var spec =
                new HostSpec(
                        numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
        new HostMain().run(spec);
    }

    private void run(HostSpec spec) throws IOException {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        TorchArithmetic arithmetic = spec.arithmetic();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Executor compute =
                task ->
                        thread.execute(() -> {
                            if (stalled) {
                                out.println("computing");
                                waitForEver();
                            }
                            task.run();
                        });
        try (var loop = new ThreadEventLoop("host")) {
            var host = new ExpertHost(loop, compute, spec.setup(arithmetic));
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (var server =
                    new GrpcExpertServer(
                            address,
                            InsecureServerCredentials.create(),
                            loop,
                            host,
                            WireLimits.standard())) {
                out.println("port " + server.port());
                commands(out, spec, arithmetic);
            }
        }
        System.exit(0);
    }

    private void commands(PrintStream out, HostSpec spec, TorchArithmetic arithmetic)
            throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String command;
        while ((command = in.readLine()) != null) {
            switch (command) {
                case "hash" ->
                        out.println(
                                java.util.stream.IntStream.range(0, spec.own().length)
                                        .mapToObj(row ->
                                                HostSpec.hash(
                                                        arithmetic.parameters().parameter().value(),
                                                        row))
                                        .collect(Collectors.joining(" ")));
                case "stall" -> {
                    stalled = true;
                    out.println("stalled");
                }
                default -> throw new IllegalArgumentException(command);
            }
        }
    }

    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
