// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.swarm.grpc.wire.Wire;
import dev.witan.swarm.host.ExpertHost;
import dev.witan.swarm.host.HostLimits;
import dev.witan.swarm.host.HostSetup;
import dev.witan.swarm.host.HostedLayer;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Completed;
import dev.witan.swarm.protocol.ForwardAnswer;
import dev.witan.swarm.protocol.ForwardRequest;
import dev.witan.swarm.protocol.ThreadEventLoop;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A host answers or cuts off whoever sends nonsense, and goes on serving the others.
final class HostileCallerTest {
    private static final int WIDTH = 8;
    private static final WireLimits LIMITS =
            new WireLimits(1 << 20, 3 << 19, Duration.ofMillis(400));

    private final ThreadEventLoop loop = new ThreadEventLoop("host");
    private final List<ManagedChannel> channels = new ArrayList<>();
    private GrpcExpertServer server = start();
    private GrpcExpertTransport transport = connect();

    private GrpcExpertServer start() {
        var layer = new HostedLayer(new int[] {0, 3}, new EchoArithmetic(2, WIDTH));
        var setup =
                new HostSetup(
                        Samples.MODEL, Map.of(1, layer), HostLimits.standard(), new Random(1));
        var host = new ExpertHost(loop, Runnable::run, setup);
        try {
            return new GrpcExpertServer(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    InsecureServerCredentials.create(),
                    loop,
                    host,
                    LIMITS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private GrpcExpertTransport connect() {
        return new GrpcExpertTransport(
                loop,
                _ -> Optional.of(address()),
                InsecureChannelCredentials.create(),
                WireLimits.standard());
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    }

    @BeforeEach
    void theHostServes() throws Exception {
        assertThat(call()).isInstanceOf(Completed.class);
    }

    @AfterEach
    void itStillDoes() throws Exception {
        assertThat(call()).isInstanceOf(Completed.class);
        // What was cut off gives its room back, at the latest some round trips later.
        for (int i = 0; i < 1000 && server.bytesArriving() > 0; i++) {
            call();
        }
        assertThat(server.bytesArriving()).isZero();
        channels.forEach(ManagedChannel::shutdownNow);
        transport.close();
        server.close();
        loop.close();
    }

    private ExpertReply<ForwardAnswer> call() throws Exception {
        ForwardRequest request = Samples.forward(3, WIDTH);
        var reply = new CompletableFuture<ExpertReply<ForwardAnswer>>();
        loop.execute(() -> transport.send(Samples.TRAINER.peer(), request, reply::complete));
        return reply.get(10, TimeUnit.SECONDS);
    }

    /// How a call ended.
    private record Outcome(Status status, List<byte[]> messages) {
        Wire.ReplyHeader header() {
            byte[] first = messages.getFirst();
            return ReplyWire.header(Arrays.copyOfRange(first, 1, first.length));
        }

        Wire.Refused refused() {
            return header().getRefused();
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
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
    }

    /// A call of raw messages under way.
    private static final class RawCall extends ClientCall.Listener<byte[]> {
        final ClientCall<byte[], byte[]> call;
        final List<byte[]> replies = new ArrayList<>();
        final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

        RawCall(ClientCall<byte[], byte[]> call) {
            this.call = call;
        }

        @Override
        public void onMessage(byte[] message) {
            replies.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            outcome.complete(new Outcome(status, List.copyOf(replies)));
        }

        Outcome end() throws Exception {
            return outcome.get(10, TimeUnit.SECONDS);
        }
    }

    private RawCall begin(List<byte[]> messages) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(address(), InsecureChannelCredentials.create())
                        .directExecutor()
                        .build();
        channels.add(channel);
        var bytes = new Bytes();
        var raw =
                new RawCall(
                        channel.newCall(
                                ExpertMethods.FORWARD.toBuilder(bytes, bytes).build(),
                                CallOptions.DEFAULT));
        raw.call.start(raw, new Metadata());
        raw.call.request(100);
        messages.forEach(raw.call::sendMessage);
        return raw;
    }

    private Outcome send(List<byte[]> messages) throws Exception {
        RawCall raw = begin(messages);
        raw.call.halfClose();
        return raw.end();
    }

    private static byte[] header(Wire.RequestHeader header) {
        return prefixed(header.toByteArray());
    }

    private static byte[] prefixed(byte[] header) {
        byte[] message = new byte[1 + header.length];
        System.arraycopy(header, 0, message, 1, header.length);
        return message;
    }

    private static Wire.RequestHeader.Builder valid() {
        byte[] header = RequestWire.encode(Samples.forward(3, WIDTH)).header();
        return RequestWire.header(header).toBuilder();
    }

    private static byte[] chunk() throws IOException {
        try (InputStream stream =
                new FrameMarshaller().stream(new Frame.Chunk(Samples.rows(3, WIDTH).data()))) {
            return stream.readAllBytes();
        }
    }

    /// A header that announces rows of some size.
    private static byte[] announcing(int rows) {
        var header = valid();
        header.getForwardBuilder().getTokensBuilder().setCount(rows);
        return header(header.build());
    }

    @Test
    void theNextVersionIsUnderstoodAndThoseAfterAreNot() throws Exception {
        for (int version : new int[] {1, 2}) {
            byte[] known = valid().setProtocol(version).build().toByteArray();
            // A field that this version does not know.
            byte[] grown = Arrays.copyOf(known, known.length + 3);
            grown[known.length] = (byte) 0xB8;
            grown[known.length + 1] = 0x3E;
            grown[known.length + 2] = 5;
            assertThat(send(List.of(prefixed(grown), chunk())).header().hasComputed()).isTrue();
        }
        for (int version : new int[] {0, 3, -1}) {
            byte[] header = header(valid().setProtocol(version).build());
            assertThat(send(List.of(header, chunk())).refused().getDetail())
                    .isEqualTo("protocol %d is not spoken here, 1 is".formatted(version));
        }
    }

    @Test
    void tooMuchIsRefusedBeforeAnyOfItIsSent() throws Exception {
        assertThat(begin(List.of(announcing(1 << 16))).end().refused().getReason())
                .isEqualTo("LIMIT");
        assertThat(begin(List.of(announcing(Integer.MAX_VALUE))).end().refused().getReason())
                .isEqualTo("PROTOCOL");
        assertThat(begin(List.of(announcing(-1))).end().refused().getReason())
                .isEqualTo("PROTOCOL");
    }

    @Test
    void whoAnnouncesAndDoesNotSendIsCutOff() throws Exception {
        int megabyte = (1 << 20) / (WIDTH * Float.BYTES);
        RawCall silent = begin(List.of(announcing(megabyte)));
        // Until the silent one is cut off, a second megabyte has no room.
        Outcome second = begin(List.of(announcing(megabyte))).end();
        assertThat(second.messages().isEmpty() || second.header().hasBusy()).isTrue();
        assertThat(silent.end().status().getCode())
                .isIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.OK);
        assertThat(begin(List.of()).end().status().getCode())
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    @Test
    void anIncompleteRequestIsRefused() throws Exception {
        assertThat(send(List.of()).refused().getDetail()).isEqualTo("the request is incomplete");
        assertThat(send(List.of(announcing(3))).refused().getDetail())
                .isEqualTo("the request is incomplete");
    }

    @Test
    void framesOutOfPlaceAreRefused() throws Exception {
        assertThat(send(List.of(chunk())).refused().getReason()).isEqualTo("PROTOCOL");
        assertThat(send(List.of(announcing(4), announcing(4))).refused().getDetail())
                .isEqualTo("a second header");
        assertThat(send(List.of(announcing(2), chunk())).refused().getDetail())
                .isEqualTo("rows that no header announced");
        assertThat(send(List.of(header(Wire.RequestHeader.getDefaultInstance()))).refused())
                .extracting(Wire.Refused::getReason)
                .isEqualTo("PROTOCOL");
    }

    @Test
    void aMessageAboveTheBoundEndsItsCallOnly() throws Exception {
        Outcome outcome = send(List.of(new byte[WireLimits.MESSAGE + 1]));
        assertThat(outcome.status().isOk()).isFalse();
    }

    /// Frames with bytes changed, cut off, repeated and exchanged.
    @Test
    void changedFramesNeverHurt() throws Exception {
        int answered = 0;
        for (int seed = 0; seed < 250; seed++) {
            var random = new SplittableRandom(seed);
            List<byte[]> messages = new ArrayList<>(List.of(header(valid().build()), chunk()));
            for (int change = random.nextInt(0, 4); change >= 0; change--) {
                mutate(messages, random);
            }
            Outcome outcome = send(messages);
            if (!outcome.messages().isEmpty() && outcome.header().hasComputed()) {
                answered++;
            }
        }
        assertThat(answered).isBetween(1, 200);
    }

    private static void mutate(List<byte[]> messages, SplittableRandom random) {
        int at = random.nextInt(messages.size());
        byte[] message = messages.get(at).clone();
        switch (random.nextInt(5)) {
            case 0 -> messages.add(random.nextInt(messages.size() + 1), message);
            case 1 -> messages.add(messages.remove(at));
            case 2 -> messages.set(at, Arrays.copyOf(message, random.nextInt(message.length + 1)));
            default -> {
                if (message.length > 0) {
                    message[random.nextInt(message.length)] = (byte) random.nextInt(256);
                    messages.set(at, message);
                }
            }
        }
    }
}
