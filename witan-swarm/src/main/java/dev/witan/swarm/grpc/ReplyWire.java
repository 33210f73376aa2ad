// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.grpc.wire.Wire;
import dev.witan.swarm.protocol.BackwardAnswer;
import dev.witan.swarm.protocol.BackwardRequest;
import dev.witan.swarm.protocol.CommitAnswer;
import dev.witan.swarm.protocol.CommitRequest;
import dev.witan.swarm.protocol.ExpertReply;
import dev.witan.swarm.protocol.ExpertReply.Busy;
import dev.witan.swarm.protocol.ExpertReply.Completed;
import dev.witan.swarm.protocol.ExpertReply.Reason;
import dev.witan.swarm.protocol.ExpertReply.Refused;
import dev.witan.swarm.protocol.ExpertReply.Stale;
import dev.witan.swarm.protocol.ExpertReply.TimedOut;
import dev.witan.swarm.protocol.ExpertReply.Unreachable;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ForwardAnswer;
import dev.witan.swarm.protocol.ForwardRequest;
import dev.witan.swarm.protocol.PrepareAnswer;
import dev.witan.swarm.protocol.PrepareAnswer.SquareSum;
import dev.witan.swarm.protocol.PrepareRequest;
import dev.witan.swarm.protocol.Rows;
import dev.witan.swarm.protocol.TrainerId;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// Replies as headers and rows, and back.
///
/// **Errors** [MalformedException] for whatever cannot be the reply to its request.
final class ReplyWire {
    private ReplyWire() {}

    static Message encode(ExpertReply<?> reply) {
        var header = Wire.ReplyHeader.newBuilder().setProtocol(WireLimits.PROTOCOL);
        List<Rows> payload = List.of();
        switch (reply) {
            case Completed<?>(Object answer) -> payload = encode(answer, header);
            case Busy<?>(Duration retryAfter) ->
                    header.setBusy(Wire.Busy.newBuilder().setRetryAfterNanos(retryAfter.toNanos()));
            case Stale<?>(ExpertId expert, long version) ->
                    header.setStale(
                            Wire.Stale.newBuilder()
                                    .setLayer(expert.layer())
                                    .setIndex(expert.index())
                                    .setVersion(version));
            case Refused<?>(Reason reason, String detail) ->
                    header.setRefused(
                            Wire.Refused.newBuilder().setReason(reason.name()).setDetail(detail));
            // A host says neither of itself, unless the request waited too long.
            case TimedOut<?> _, Unreachable<?> _ ->
                    header.setTimedOut(Wire.TimedOut.getDefaultInstance());
        }
        return new Message(header.build().toByteArray(), payload);
    }

    private static List<Rows> encode(@Nullable Object answer, Wire.ReplyHeader.Builder header) {
        return switch (answer) {
            case ForwardAnswer forward -> {
                var body =
                        Wire.Computed.newBuilder()
                                .setRows(RequestWire.shape(forward.rows()))
                                .setHandle(forward.handle());
                Arrays.stream(forward.versions()).forEach(body::addVersions);
                header.setComputed(body);
                yield List.of(forward.rows());
            }
            case BackwardAnswer backward -> {
                header.setDifferentiated(
                        Wire.Differentiated.newBuilder()
                                .setRows(RequestWire.shape(backward.gradInputs()))
                                .setRecomputed(backward.recomputed())
                                .setDuplicate(backward.duplicate()));
                yield List.of(backward.gradInputs());
            }
            case PrepareAnswer prepared -> {
                header.setPrepared(prepared(prepared));
                yield List.of();
            }
            case CommitAnswer committed -> {
                var body = Wire.Committed.newBuilder().setDuplicate(committed.duplicate());
                committed
                        .versions()
                        .forEach(each ->
                                body.addVersions(
                                        Wire.ExpertVersion.newBuilder()
                                                .setLayer(each.expert().layer())
                                                .setIndex(each.expert().index())
                                                .setVersion(each.version())));
                header.setCommitted(body);
                yield List.of();
            }
            case null, default -> throw new IllegalArgumentException("no answer: " + answer);
        };
    }

    private static Wire.Prepared prepared(PrepareAnswer answer) {
        var body = Wire.Prepared.newBuilder();
        switch (answer) {
            case PrepareAnswer.Ready(List<SquareSum> sums, int unexpected) -> {
                body.setUnexpected(unexpected);
                sums.forEach(each ->
                        body.addSums(
                                Wire.SquareSum.newBuilder()
                                        .setLayer(each.expert().layer())
                                        .setIndex(each.expert().index())
                                        .setValue(each.sum())));
            }
            case PrepareAnswer.Missing missing ->
                    missing.updates().forEach(id -> body.addMissing(RequestWire.update(id)));
        }
        return body.build();
    }

    /// Reads a header.
    static Wire.ReplyHeader header(byte[] bytes) {
        try {
            return Wire.ReplyHeader.parseFrom(ByteString.copyFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedException("unreadable header", e);
        }
    }

    /// The rows that follow: only as many as the request can have.
    static List<Payload.Shape> shapes(Wire.ReplyHeader header, ExpertRequest<?> request) {
        return switch (header.getReplyCase()) {
            case COMPUTED -> List.of(expected(header.getComputed().getRows(), request));
            case DIFFERENTIATED -> List.of(expected(header.getDifferentiated().getRows(), request));
            default -> List.of();
        };
    }

    private static Payload.Shape expected(Wire.Rows rows, ExpertRequest<?> request) {
        Payload.Shape shape = RequestWire.shape(rows);
        Payload.@Nullable Shape expected =
                switch (request) {
                    case ForwardRequest forward ->
                            new Payload.Shape(
                                    forward.experts().stream()
                                            .mapToInt(part -> part.tokens().length)
                                            .sum(),
                                    forward.tokens().width());
                    case BackwardRequest backward ->
                            new Payload.Shape(
                                    backward.gradient().count(), backward.gradient().width());
                    case PrepareRequest _, CommitRequest _ -> null;
                };
        if (!shape.equals(expected)) {
            throw new MalformedException("rows of an unexpected shape");
        }
        return shape;
    }

    /// The reply of a header and its rows.
    @SuppressWarnings("unchecked") // the answer is checked against the request's type
    static <A> ExpertReply<A> decode(
            Wire.ReplyHeader header, List<Rows> payload, ExpertRequest<A> request) {
        String model = request.head().model();
        try {
            return switch (header.getReplyCase()) {
                case BUSY -> new Busy<>(Duration.ofNanos(header.getBusy().getRetryAfterNanos()));
                case STALE -> {
                    Wire.Stale stale = header.getStale();
                    yield new Stale<>(
                            new ExpertId(model, stale.getLayer(), stale.getIndex()),
                            stale.getVersion());
                }
                case REFUSED ->
                        new Refused<>(
                                reason(header.getRefused().getReason()),
                                header.getRefused().getDetail());
                case TIMED_OUT -> new TimedOut<>();
                case COMPUTED, DIFFERENTIATED, PREPARED, COMMITTED ->
                        (ExpertReply<A>) new Completed<>(answer(header, payload, request));
                case REPLY_NOT_SET -> throw new MalformedException("no reply known here");
            };
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Object answer(
            Wire.ReplyHeader header, List<Rows> payload, ExpertRequest<?> request) {
        String model = request.head().model();
        if (request instanceof ForwardRequest && header.hasComputed()) {
            Wire.Computed body = header.getComputed();
            return new ForwardAnswer(
                    payload.getFirst(),
                    body.getVersionsList().stream().mapToLong(Long::longValue).toArray(),
                    body.getHandle());
        }
        if (request instanceof BackwardRequest && header.hasDifferentiated()) {
            Wire.Differentiated body = header.getDifferentiated();
            return new BackwardAnswer(
                    payload.getFirst(), body.getRecomputed(), body.getDuplicate());
        }
        if (request instanceof PrepareRequest && header.hasPrepared()) {
            return prepared(header.getPrepared(), request.head().trainer(), model);
        }
        if (request instanceof CommitRequest && header.hasCommitted()) {
            return new CommitAnswer(
                    header.getCommitted().getVersionsList().stream()
                            .map(each ->
                                    new CommitAnswer.ExpertVersion(
                                            new ExpertId(model, each.getLayer(), each.getIndex()),
                                            each.getVersion()))
                            .toList(),
                    header.getCommitted().getDuplicate());
        }
        throw new MalformedException("the answer to another request");
    }

    private static PrepareAnswer prepared(Wire.Prepared body, TrainerId trainer, String model) {
        if (body.getMissingCount() > 0) {
            return new PrepareAnswer.Missing(
                    body.getMissingList().stream()
                            .map(update -> RequestWire.update(trainer, update))
                            .toList());
        }
        return new PrepareAnswer.Ready(
                body.getSumsList().stream()
                        .map(each ->
                                new SquareSum(
                                        new ExpertId(model, each.getLayer(), each.getIndex()),
                                        each.getValue()))
                        .toList(),
                body.getUnexpected());
    }

    /// A reason that a later version added is refused like any other.
    private static Reason reason(String name) {
        return Arrays.stream(Reason.values())
                .filter(reason -> reason.name().equals(name))
                .findFirst()
                .orElse(Reason.PROTOCOL);
    }
}
