// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import dev.witan.swarm.grpc.wire.Wire;
import dev.witan.swarm.host.ExpertHost;
import dev.witan.swarm.protocol.EventLoop;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Busy;
import dev.witan.swarm.protocol.ExpertReply.Reason;
import dev.witan.swarm.protocol.ExpertReply.Refused;
import dev.witan.swarm.protocol.ExpertRequest;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/// One call at the host's side: takes a request in frame by frame, hands it to the host, sends the
/// reply.
///
/// Rows are only asked for when the header's sizes are within the bounds and their room is taken
/// from the budget; whoever does not send what was announced is cut off.
///
/// **Threads** gRPC calls from one thread at a time, the host from its event loop; the state is
/// guarded by this object.
final class ServerExchange extends ServerCall.Listener<Frame> {
    private static final Duration RETRY = Duration.ofMillis(50);

    private final ServerCall<Frame, Frame> call;
    private final EventLoop loop;
    private final ExpertHost host;
    private final WireLimits limits;
    private final ByteBudget budget;
    private final EventLoop.Timer transfer;
    private Wire.@Nullable RequestHeader header;
    private @Nullable Payload payload;
    private long taken;
    private boolean ended;
    private @Nullable FrameSink reply;

    private ServerExchange(
            ServerCall<Frame, Frame> call,
            EventLoop loop,
            ExpertHost host,
            WireLimits limits,
            ByteBudget budget) {
        this.call = call;
        this.loop = loop;
        this.host = host;
        this.limits = limits;
        this.budget = budget;
        this.transfer = loop.schedule(limits.transfer(), this::tooSlow);
    }

    static ServerCall.Listener<Frame> start(
            ServerCall<Frame, Frame> call,
            EventLoop loop,
            ExpertHost host,
            WireLimits limits,
            ByteBudget budget) {
        var exchange = new ServerExchange(call, loop, host, limits, budget);
        call.request(1);
        return exchange;
    }

    @Override
    public synchronized void onMessage(Frame frame) {
        if (ended || reply != null) {
            return;
        }
        try {
            switch (frame) {
                case Frame.Header(byte[] bytes) -> begin(bytes);
                case Frame.Chunk chunk -> add(chunk);
                case Frame.Broken broken -> broken(broken);
            }
        } catch (MalformedException e) {
            answer(new Refused<>(Reason.PROTOCOL, String.valueOf(e.getMessage())));
        }
    }

    private void begin(byte[] bytes) {
        if (header != null) {
            throw new MalformedException("a second header");
        }
        Wire.RequestHeader parsed = RequestWire.header(bytes);
        header = parsed;
        if (parsed.getProtocol() < WireLimits.PROTOCOL
                || parsed.getProtocol() > WireLimits.NEXT_PROTOCOL) {
            throw new MalformedException(
                    "protocol %d is not spoken here, %d is"
                            .formatted(parsed.getProtocol(), WireLimits.PROTOCOL));
        }
        List<Payload.Shape> shapes = RequestWire.shapes(parsed);
        long size = Payload.size(shapes);
        if (size > limits.payloadPerRequest()) {
            answer(
                    new Refused<>(
                            Reason.LIMIT,
                            "a request has at most " + limits.payloadPerRequest() + " bytes"));
        } else if (!budget.take(size)) {
            answer(new Busy<>(RETRY));
        } else {
            taken = size;
            payload = new Payload(shapes);
            proceed(parsed, payload);
        }
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
        stop();
        call.close(Status.DATA_LOSS.withDescription(frame.reason()), new Metadata());
    }

    private void proceed(Wire.RequestHeader complete, Payload rows) {
        if (!rows.complete()) {
            call.request(1);
            return;
        }
        ExpertRequest<?> request = RequestWire.decode(complete, rows.rows());
        transfer.cancel();
        giveBack();
        loop.execute(() -> submit(request));
    }

    private <A> void submit(ExpertRequest<A> request) {
        host.submit(request, this::answer);
    }

    private synchronized void answer(ExpertReply<?> result) {
        transfer.cancel();
        giveBack();
        if (ended || reply != null) {
            return;
        }
        var sink =
                new FrameSink(
                        ReplyWire.encode(result), call::isReady, call::sendMessage, this::end);
        reply = sink;
        call.sendHeaders(new Metadata());
        sink.pump();
    }

    private void end() {
        call.close(Status.OK, new Metadata());
    }

    @Override
    public void onReady() {
        FrameSink sink;
        synchronized (this) {
            sink = reply;
        }
        if (sink != null) {
            sink.pump();
        }
    }

    /// The caller has nothing more to say: with a request still incomplete that is an error.
    @Override
    public synchronized void onHalfClose() {
        if (!ended && reply == null && (payload == null || !payload.complete())) {
            answer(new Refused<>(Reason.PROTOCOL, "the request is incomplete"));
        }
    }

    @Override
    public synchronized void onCancel() {
        stop();
    }

    @Override
    public synchronized void onComplete() {
        stop();
    }

    private void stop() {
        ended = true;
        transfer.cancel();
        giveBack();
        if (reply != null) {
            reply.stop();
        }
    }

    private synchronized void tooSlow() {
        if (!ended && reply == null) {
            stop();
            call.close(
                    Status.DEADLINE_EXCEEDED.withDescription("the request did not arrive in time"),
                    new Metadata());
        }
    }

    private void giveBack() {
        budget.give(taken);
        taken = 0;
    }
}
