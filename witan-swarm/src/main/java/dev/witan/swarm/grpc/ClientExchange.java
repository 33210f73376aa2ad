// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import dev.witan.swarm.grpc.wire.Wire;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Reason;
import dev.witan.swarm.protocol.ExpertReply.Refused;
import dev.witan.swarm.protocol.ExpertReply.TimedOut;
import dev.witan.swarm.protocol.ExpertReply.Unreachable;
import dev.witan.swarm.protocol.ExpertRequest;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/// One call at the caller's side: sends a request frame by frame and takes the reply in.
///
/// **Threads** gRPC calls from one thread at a time; the state is guarded by this object.
final class ClientExchange<A> extends ClientCall.Listener<Frame> {
    private final ClientCall<Frame, Frame> call;
    private final ExpertRequest<A> request;
    private final WireLimits limits;
    private final FrameSink sink;
    private @Nullable Consumer<ExpertReply<A>> whenAnswered;
    private Wire.@Nullable ReplyHeader header;
    private @Nullable Payload payload;

    ClientExchange(
            ClientCall<Frame, Frame> call,
            ExpertRequest<A> request,
            WireLimits limits,
            Consumer<ExpertReply<A>> whenAnswered) {
        this.call = call;
        this.request = request;
        this.limits = limits;
        this.whenAnswered = whenAnswered;
        this.sink =
                new FrameSink(
                        RequestWire.encode(request),
                        call::isReady,
                        call::sendMessage,
                        call::halfClose);
    }

    void start() {
        call.start(this, new Metadata());
        call.request(1);
        sink.pump();
    }

    @Override
    public void onReady() {
        sink.pump();
    }

    @Override
    public synchronized void onMessage(Frame frame) {
        if (whenAnswered == null) {
            return;
        }
        try {
            switch (frame) {
                case Frame.Header(byte[] bytes) -> begin(bytes);
                case Frame.Chunk chunk -> add(chunk);
                case Frame.Broken broken -> broken(broken);
            }
        } catch (MalformedException e) {
            finish(new Refused<>(Reason.PROTOCOL, String.valueOf(e.getMessage())));
            call.cancel("malformed reply", e);
        }
    }

    private void begin(byte[] bytes) {
        if (header != null) {
            throw new MalformedException("a second header");
        }
        Wire.ReplyHeader parsed = ReplyWire.header(bytes);
        header = parsed;
        List<Payload.Shape> shapes = ReplyWire.shapes(parsed, request);
        if (Payload.size(shapes) > limits.payloadPerRequest()) {
            throw new MalformedException("a reply has at most " + limits.payloadPerRequest());
        }
        payload = new Payload(shapes);
        proceed(parsed, payload);
    }

    private void add(Frame.Chunk chunk) {
        if (header == null || payload == null || !payload.add(chunk.data())) {
            throw new MalformedException("rows that no header announced");
        }
        proceed(header, payload);
    }

    private void broken(Frame.Broken frame) {
        if (!frame.damaged()) {
            throw new MalformedException(frame.reason());
        }
        finish(new Unreachable<>(frame.reason()));
        call.cancel(frame.reason(), null);
    }

    private void proceed(Wire.ReplyHeader complete, Payload rows) {
        call.request(1);
        if (rows.complete()) {
            finish(ReplyWire.decode(complete, rows.rows(), request));
        }
    }

    private void finish(ExpertReply<A> reply) {
        Consumer<ExpertReply<A>> first = whenAnswered;
        whenAnswered = null;
        if (first != null) {
            sink.stop();
            first.accept(reply);
        }
    }

    @Override
    public synchronized void onClose(Status status, Metadata trailers) {
        sink.stop();
        if (whenAnswered != null) {
            finish(reply(status));
        }
    }

    /// What a call without a reply came to.
    private static <A> ExpertReply<A> reply(Status status) {
        String reason = status.getCode() + ": " + status.getDescription();
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> new TimedOut<>();
            case INVALID_ARGUMENT,
                    UNIMPLEMENTED,
                    UNAUTHENTICATED,
                    PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED,
                    OUT_OF_RANGE,
                    FAILED_PRECONDITION,
                    NOT_FOUND,
                    ALREADY_EXISTS ->
                    new Refused<>(Reason.PROTOCOL, reason);
            case OK, CANCELLED, UNKNOWN, ABORTED, INTERNAL, UNAVAILABLE, DATA_LOSS ->
                    new Unreachable<>(reason);
        };
    }
}
