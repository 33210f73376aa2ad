// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.grpc.wire.Wire;
import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.swarm.protocol.BackwardRequest;
import dev.witan.swarm.protocol.CommitRequest;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ExpertRows;
import dev.witan.swarm.protocol.ForwardRequest;
import dev.witan.swarm.protocol.Inputs;
import dev.witan.swarm.protocol.PrepareRequest;
import dev.witan.swarm.protocol.RequestHead;
import dev.witan.swarm.protocol.Rows;
import dev.witan.swarm.protocol.TrainerId;
import dev.witan.swarm.protocol.UpdateId;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// Requests as headers and rows, and back.
///
/// **Errors** [MalformedException] for whatever cannot be a request.
final class RequestWire {
    private RequestWire() {}

    static Message encode(ExpertRequest<?> request) {
        RequestHead head = request.head();
        var header =
                Wire.RequestHeader.newBuilder()
                        .setProtocol(WireLimits.PROTOCOL)
                        .setRequestId(head.requestId())
                        .setModel(head.model())
                        .setTimeoutNanos(head.timeout().toNanos())
                        .setTrainer(
                                Wire.Trainer.newBuilder()
                                        .setRun(head.trainer().run())
                                        .setPeer(head.trainer().peer().hex()));
        List<Rows> payload =
                switch (request) {
                    case ForwardRequest forward -> {
                        header.setLayer(forward.layer());
                        header.setForward(
                                Wire.Forward.newBuilder()
                                        .addAllExperts(experts(forward.experts()))
                                        .setTokens(shape(forward.tokens()))
                                        .setForBackward(forward.forBackward()));
                        yield List.of(forward.tokens());
                    }
                    case BackwardRequest backward -> {
                        header.setLayer(backward.update().layer());
                        yield encode(backward, header);
                    }
                    case PrepareRequest prepare -> {
                        var body = Wire.Prepare.newBuilder().setStep(prepare.step());
                        prepare.updates().forEach(id -> body.addUpdates(update(id)));
                        header.setPrepare(body);
                        yield List.of();
                    }
                    case CommitRequest commit -> {
                        header.setCommit(commit(commit));
                        yield List.of();
                    }
                };
        return new Message(header.build().toByteArray(), payload);
    }

    private static List<Rows> encode(BackwardRequest request, Wire.RequestHeader.Builder header) {
        var body =
                Wire.Backward.newBuilder()
                        .setUpdate(update(request.update()))
                        .addAllExperts(experts(request.experts()))
                        .setGradient(shape(request.gradient()));
        Arrays.stream(request.versions()).forEach(body::addVersions);
        List<Rows> payload =
                switch (request.inputs()) {
                    case Inputs.Held(long handle) -> {
                        body.setHandle(handle);
                        yield List.of(request.gradient());
                    }
                    case Inputs.Sent(Rows tokens) -> {
                        body.setTokens(shape(tokens));
                        yield List.of(tokens, request.gradient());
                    }
                };
        header.setBackward(body);
        return payload;
    }

    private static Wire.Commit commit(CommitRequest request) {
        AdamWUpdate update = request.update();
        return Wire.Commit.newBuilder()
                .setStep(request.step())
                .setGradientDivisor(update.gradientDivisor())
                .setLearningRate(update.learningRate())
                .setWeightDecay(update.weightDecay())
                .setBeta1(update.beta1())
                .setBeta2(update.beta2())
                .setEpsilon(update.epsilon())
                .setOptimizerStep(update.optimizerStep())
                .build();
    }

    private static List<Wire.ExpertRows> experts(List<ExpertRows> experts) {
        return experts.stream()
                .map(part -> {
                    var rows = Wire.ExpertRows.newBuilder().setIndex(part.expert());
                    Arrays.stream(part.tokens()).forEach(rows::addTokens);
                    return rows.build();
                })
                .toList();
    }

    static Wire.Rows shape(Rows rows) {
        return Wire.Rows.newBuilder().setCount(rows.count()).setWidth(rows.width()).build();
    }

    static Wire.Update update(UpdateId id) {
        return Wire.Update.newBuilder()
                .setStep(id.step())
                .setLayer(id.layer())
                .setIteration(id.iteration())
                .setChunk(id.chunk())
                .build();
    }

    /// Reads a header.
    static Wire.RequestHeader header(byte[] bytes) {
        try {
            return Wire.RequestHeader.parseFrom(ByteString.copyFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedException("unreadable header", e);
        }
    }

    /// The rows that a header announces.
    static List<Payload.Shape> shapes(Wire.RequestHeader header) {
        return switch (header.getRequestCase()) {
            case FORWARD -> List.of(shape(header.getForward().getTokens()));
            case BACKWARD -> {
                Wire.Backward body = header.getBackward();
                yield body.hasTokens()
                        ? List.of(shape(body.getTokens()), shape(body.getGradient()))
                        : List.of(shape(body.getGradient()));
            }
            case PREPARE, COMMIT -> List.of();
            case REQUEST_NOT_SET -> throw new MalformedException("no request known here");
        };
    }

    static Payload.Shape shape(Wire.Rows rows) {
        var shape = new Payload.Shape(rows.getCount(), rows.getWidth());
        try {
            if (shape.size() < 0) {
                throw new MalformedException("rows too large");
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
        return shape;
    }

    /// The request of a header and its rows.
    static ExpertRequest<?> decode(Wire.RequestHeader header, List<Rows> payload) {
        try {
            var trainer =
                    new TrainerId(
                            header.getTrainer().getRun(),
                            new PeerId(header.getTrainer().getPeer()));
            var head =
                    new RequestHead(
                            header.getRequestId(),
                            trainer,
                            header.getModel(),
                            Duration.ofNanos(header.getTimeoutNanos()));
            return switch (header.getRequestCase()) {
                case FORWARD ->
                        new ForwardRequest(
                                head,
                                header.getLayer(),
                                rows(header.getForward().getExpertsList()),
                                payload.getFirst(),
                                header.getForward().getForBackward());
                case BACKWARD -> backward(head, header.getBackward(), payload);
                case PREPARE ->
                        new PrepareRequest(
                                head,
                                header.getPrepare().getStep(),
                                header.getPrepare().getUpdatesList().stream()
                                        .map(update -> update(trainer, update))
                                        .toList());
                case COMMIT ->
                        new CommitRequest(
                                head, header.getCommit().getStep(), commit(header.getCommit()));
                case REQUEST_NOT_SET -> throw new MalformedException("no request known here");
            };
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
    }

    private static BackwardRequest backward(
            RequestHead head, Wire.Backward body, List<Rows> payload) {
        Inputs inputs =
                body.hasTokens()
                        ? new Inputs.Sent(payload.getFirst())
                        : new Inputs.Held(body.getHandle());
        return new BackwardRequest(
                head,
                update(head.trainer(), body.getUpdate()),
                rows(body.getExpertsList()),
                body.getVersionsList().stream().mapToLong(Long::longValue).toArray(),
                inputs,
                payload.getLast());
    }

    private static AdamWUpdate commit(Wire.Commit body) {
        return new AdamWUpdate(
                body.getGradientDivisor(),
                body.getLearningRate(),
                body.getWeightDecay(),
                body.getBeta1(),
                body.getBeta2(),
                body.getEpsilon(),
                body.getOptimizerStep());
    }

    private static List<ExpertRows> rows(List<Wire.ExpertRows> experts) {
        return experts.stream()
                .map(part ->
                        new ExpertRows(
                                part.getIndex(),
                                part.getTokensList().stream()
                                        .mapToInt(Integer::intValue)
                                        .toArray()))
                .toList();
    }

    static UpdateId update(TrainerId trainer, Wire.Update update) {
        return new UpdateId(
                trainer,
                update.getStep(),
                update.getLayer(),
                update.getIteration(),
                update.getChunk());
    }
}
