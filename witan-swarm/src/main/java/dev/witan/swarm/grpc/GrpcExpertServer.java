// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import dev.witan.swarm.host.ExpertHost;
import dev.witan.swarm.protocol.EventLoop;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// The expert service of a host on a port.
public final class GrpcExpertServer implements AutoCloseable {
    private final Server server;
    private final ByteBudget budget;

    /// Starts serving.
    ///
    /// @param address where to listen, port 0 for any free one
    /// @param credentials who may call
    /// @param loop the host's event loop
    /// @throws IOException if the address cannot be listened on
    public GrpcExpertServer(
            InetSocketAddress address,
            ServerCredentials credentials,
            EventLoop loop,
            ExpertHost host,
            WireLimits limits)
            throws IOException {
        this.budget = new ByteBudget(limits.payloadInFlight());
        ServerCallHandler<Frame, Frame> handler =
                (call, _) -> ServerExchange.start(call, loop, host, limits, budget);
        var service = ServerServiceDefinition.builder(ExpertMethods.SERVICE);
        for (MethodDescriptor<Frame, Frame> method : ExpertMethods.ALL) {
            service.addMethod(method, handler);
        }
        this.server =
                NettyServerBuilder.forAddress(address, credentials)
                        .directExecutor()
                        .maxInboundMessageSize(WireLimits.MESSAGE)
                        .maxInboundMetadataSize(WireLimits.METADATA)
                        .maxConcurrentCallsPerConnection(WireLimits.CALLS)
                        .handshakeTimeout(WireLimits.HANDSHAKE.toSeconds(), TimeUnit.SECONDS)
                        .keepAliveTime(WireLimits.KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
                        .keepAliveTimeout(
                                WireLimits.KEEP_ALIVE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                        .permitKeepAliveTime(
                                WireLimits.KEEP_ALIVE.toSeconds() / 2, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .addService(service.build())
                        .build()
                        .start();
    }

    /// The port listened on.
    public int port() {
        return server.getPort();
    }

    /// Bytes of rows that requests still arriving take now.
    public long bytesArriving() {
        return budget.taken();
    }

    /// Stops at once; calls under way are cut off.
    @Override
    public void close() {
        server.shutdownNow();
    }
}
