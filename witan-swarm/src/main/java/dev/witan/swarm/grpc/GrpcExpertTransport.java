// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.protocol.EventLoop;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Unreachable;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ExpertTransport;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Requests over gRPC, one connection to each peer.
public final class GrpcExpertTransport implements ExpertTransport, AutoCloseable {
    private final EventLoop loop;
    private final Endpoints endpoints;
    private final ChannelCredentials credentials;
    private final WireLimits limits;
    private final Map<PeerId, Connection> connections = new HashMap<>();

    /// A transport.
    ///
    /// @param loop where callers live and replies arrive
    /// @param credentials whom to believe
    public GrpcExpertTransport(
            EventLoop loop,
            Endpoints endpoints,
            ChannelCredentials credentials,
            WireLimits limits) {
        this.loop = loop;
        this.endpoints = endpoints;
        this.credentials = credentials;
        this.limits = limits;
    }

    private record Connection(InetSocketAddress address, ManagedChannel channel) {}

    @Override
    public <A> void send(
            PeerId peer, ExpertRequest<A> request, Consumer<ExpertReply<A>> whenAnswered) {
        Optional<InetSocketAddress> address = endpoints.of(peer);
        if (address.isEmpty()) {
            whenAnswered.accept(new Unreachable<>("no address of peer " + peer.shortName()));
            return;
        }
        ManagedChannel channel = connection(peer, address.get()).channel;
        CallOptions options =
                CallOptions.DEFAULT.withDeadlineAfter(
                        request.head().timeout().toNanos(), TimeUnit.NANOSECONDS);
        ClientCall<Frame, Frame> call = channel.newCall(ExpertMethods.of(request), options);
        new ClientExchange<>(
                        call,
                        request,
                        limits,
                        reply -> loop.execute(() -> whenAnswered.accept(reply)))
                .start();
    }

    private Connection connection(PeerId peer, InetSocketAddress address) {
        Connection known = connections.get(peer);
        if (known != null && known.address.equals(address)) {
            return known;
        }
        if (known != null) {
            known.channel.shutdownNow();
        }
        var fresh = new Connection(address, open(address));
        connections.put(peer, fresh);
        return fresh;
    }

    private ManagedChannel open(InetSocketAddress address) {
        return NettyChannelBuilder.forAddress(address, credentials)
                .directExecutor()
                .disableRetry()
                .maxInboundMessageSize(WireLimits.MESSAGE)
                .maxInboundMetadataSize(WireLimits.METADATA)
                .keepAliveTime(WireLimits.KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
                .keepAliveTimeout(WireLimits.KEEP_ALIVE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .keepAliveWithoutCalls(true)
                .build();
    }

    /// Closes all connections; calls under way end as unreachable.
    ///
    /// **Threads** the event loop, or when it has ended.
    @Override
    public void close() {
        connections.values().forEach(connection -> connection.channel.shutdownNow());
        connections.clear();
    }
}
