// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.identity.TestSwarm.Member;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.stub.ClientCalls;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLSession;

/// gRPC, with whatever TLS library it prefers, on the key and trust managers.
final class GrpcTlsTest {
    private static final int DEADLINE_S = 20;

    private static final Marshaller<byte[]> BYTES =
            new Marshaller<>() {
                @Override
                public InputStream stream(byte[] value) {
                    return new ByteArrayInputStream(value);
                }

                @Override
                public byte[] parse(InputStream stream) {
                    try {
                        return stream.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };

    private static final MethodDescriptor<byte[], byte[]> WHO =
            MethodDescriptor.newBuilder(BYTES, BYTES)
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("test/Who")
                    .build();

    private final List<ManagedChannel> channels = new ArrayList<>();
    private TestSwarm swarm;
    private Member host;
    private Member caller;
    private Server server;

    @BeforeEach
    void listen() throws IOException {
        swarm = TestSwarm.found();
        host = swarm.member();
        caller = swarm.member();
        server =
                Grpc.newServerBuilderForPort(
                                0,
                                TlsServerCredentials.newBuilder()
                                        .keyManager(host.tls().keyManager())
                                        .trustManager(host.tls().trustManager())
                                        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                                        .build())
                        .addService(
                                ServerServiceDefinition.builder("test")
                                        .addMethod(WHO, (call, _) -> answer(call))
                                        .build())
                        .build()
                        .start();
    }

    @AfterEach
    void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        server.shutdownNow();
    }

    /// Answers with the caller's id, or closes the call if the caller is not accepted now.
    private ServerCall.Listener<byte[]> answer(ServerCall<byte[], byte[]> call) {
        try {
            SSLSession session =
                    Objects.requireNonNull(
                            call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
            byte[] peer = new FieldWriter().text(host.tls().peerOf(session).peer().hex()).toBytes();
            call.request(2);
            return new ServerCall.Listener<>() {
                @Override
                public void onHalfClose() {
                    call.sendHeaders(new Metadata());
                    call.sendMessage(peer);
                    call.close(Status.OK, new Metadata());
                }
            };
        } catch (PeerRefusedException e) {
            call.close(Status.UNAUTHENTICATED.withDescription(e.refusal().name()), new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }

    private ManagedChannel channel(SwarmTls tls, PeerId expected) {
        ManagedChannel channel =
                Grpc.newChannelBuilderForAddress(
                                "127.0.0.1",
                                server.getPort(),
                                TlsChannelCredentials.newBuilder()
                                        .keyManager(tls.keyManager())
                                        .trustManager(tls.trustManager(expected))
                                        .build())
                        .build();
        channels.add(channel);
        return channel;
    }

    private static String who(ManagedChannel channel) throws IdentityException {
        byte[] answer =
                ClientCalls.blockingUnaryCall(
                        channel,
                        WHO,
                        CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS),
                        new byte[0]);
        return new FieldReader(answer).text("peer", 64);
    }

    @Test
    void callsAreAuthenticatedBothWays() throws IdentityException {
        assertThat(who(channel(caller.tls(), host.key().peer())))
                .isEqualTo(caller.key().peer().hex());
    }

    @Test
    void anotherPeerThanTheOneCalledIsRefused() {
        ManagedChannel channel = channel(caller.tls(), caller.key().peer());
        assertThatThrownBy(() -> who(channel))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(Refusal.of(e)).isEqualTo(Refusal.WRONG_PEER));
    }

    @Test
    void changesCountWithoutARestart() throws IOException {
        ManagedChannel open = channel(caller.tls(), host.key().peer());
        assertThat(who(open)).isEqualTo(caller.key().peer().hex());
        Authority next = Authority.root(swarm.id, swarm.clock, TestSwarm.RANDOM);
        RootSet both = swarm.trust.roots().adding(swarm.root, next.certificate());
        host.trust().apply(both);
        caller.trust().apply(both);
        host.tls().replace(next.certifyOwn(host.key(), PeerRole.HOST, TestSwarm.HERE, swarm.clock));
        host.trust().apply(both.keeping(next));
        // The old root has left: the host's new certificate is taken, the caller's old one is not.
        assertThatThrownBy(() -> who(open)).hasMessageContaining("FOREIGN_CA");
        assertThatThrownBy(() -> who(channel(caller.tls(), host.key().peer())))
                .isInstanceOf(StatusRuntimeException.class);
        caller.tls()
                .replace(next.certifyOwn(caller.key(), PeerRole.HOST, TestSwarm.HERE, swarm.clock));
        ManagedChannel renewed = channel(caller.tls(), host.key().peer());
        assertThat(who(renewed)).isEqualTo(caller.key().peer().hex());
        host.trust().apply(swarm.trust.revoking(next, Set.of(caller.key().peer()), Set.of()));
        assertThatThrownBy(() -> who(renewed)).hasMessageContaining("REVOKED");
    }
}
