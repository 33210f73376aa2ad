// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.witan.swarm.ExpertId;
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
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ForwardAnswer;
import dev.witan.swarm.protocol.ForwardRequest;
import dev.witan.swarm.protocol.PrepareAnswer;
import dev.witan.swarm.protocol.PrepareRequest;
import dev.witan.swarm.protocol.Rows;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;

/// Requests, replies and frames survive the way there and back.
final class WireTest {
    @Test
    void requestsComeBack() {
        for (ExpertRequest<?> request : Samples.requests()) {
            Message message = RequestWire.encode(request);
            var header = RequestWire.header(message.header());
            assertThat(Payload.size(RequestWire.shapes(header))).isEqualTo(request.payloadSize());
            ExpertRequest<?> back = RequestWire.decode(header, message.payload());
            assertThat(back).hasSameClassAs(request);
            assertThat(RequestWire.encode(back).header()).isEqualTo(message.header());
            assertThat(RequestWire.encode(back).payload()).isEqualTo(message.payload());
        }
    }

    @Test
    void repliesComeBack() {
        var expert = new ExpertId(Samples.MODEL, 1, 3);
        var ready = new PrepareAnswer.Ready(List.of(new PrepareAnswer.SquareSum(expert, 0.1)), 2);
        var missing = new PrepareAnswer.Missing(List.of(Samples.UPDATE));
        var committed = new CommitAnswer(List.of(new CommitAnswer.ExpertVersion(expert, 8)), true);
        for (ExpertRequest<?> request : Samples.requests()) {
            switch (request) {
                case ForwardRequest forward -> {
                    int rows = forward.experts().isEmpty() ? 0 : 3;
                    var answer = new ForwardAnswer(Samples.rows(rows, 5), new long[] {1, 2}, -9);
                    comesBack(forward, new Completed<>(answer));
                }
                case BackwardRequest backward ->
                        comesBack(
                                backward,
                                new Completed<>(
                                        new BackwardAnswer(Samples.rows(3, 5), true, false)));
                case PrepareRequest prepare -> {
                    comesBack(prepare, new Completed<>(ready));
                    comesBack(prepare, new Completed<>(missing));
                }
                case CommitRequest commit -> comesBack(commit, new Completed<>(committed));
            }
            failuresComeBack(request, expert);
        }
    }

    private static <A> void failuresComeBack(ExpertRequest<A> request, ExpertId expert) {
        comesBack(request, new Busy<>(Duration.ofMillis(3)));
        comesBack(request, new TimedOut<>());
        comesBack(request, new Stale<>(expert, 12));
        for (Reason reason : Reason.values()) {
            comesBack(request, new Refused<>(reason, "because"));
        }
    }

    private static <A> void comesBack(ExpertRequest<A> request, ExpertReply<A> reply) {
        Message message = ReplyWire.encode(reply);
        var header = ReplyWire.header(message.header());
        ExpertReply<A> back = ReplyWire.decode(header, message.payload(), request);
        assertThat(back).hasSameClassAs(reply);
        assertThat(ReplyWire.encode(back).header()).isEqualTo(message.header());
        assertThat(ReplyWire.encode(back).payload()).isEqualTo(message.payload());
    }

    @Test
    void theAnswerToAnotherRequestIsMalformed() {
        Message message = ReplyWire.encode(new Completed<>(new CommitAnswer(List.of(), false)));
        var header = ReplyWire.header(message.header());
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> ReplyWire.decode(header, List.of(), Samples.forward(3, 5)))
                .withMessage("the answer to another request");
    }

    @Test
    void rowsThatNobodyAskedForAreMalformed() {
        var answer = new ForwardAnswer(Rows.zeros(4, 5), new long[2], 0);
        var header = ReplyWire.header(ReplyWire.encode(new Completed<>(answer)).header());
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> ReplyWire.shapes(header, Samples.forward(3, 5)))
                .withMessage("rows of an unexpected shape");
    }

    @Test
    void chunksFillRowsWhateverTheirSizes() {
        for (int chunk : new int[] {1, 4, 7, 60, 120}) {
            var payload = new Payload(List.of(shape(3, 5), shape(0, 5), shape(3, 5)));
            byte[] bytes = new byte[120];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) i;
            }
            for (int at = 0; at < bytes.length; at += chunk) {
                assertThat(payload.complete()).isFalse();
                MemorySegment part =
                        MemorySegment.ofArray(bytes).asSlice(at, Math.min(chunk, 120 - at));
                assertThat(payload.add(part)).isTrue();
            }
            assertThat(payload.complete()).isTrue();
            assertThat(payload.add(MemorySegment.ofArray(new byte[1]))).isFalse();
            assertThat(payload.rows().getFirst().data().mismatch(slice(bytes, 0))).isEqualTo(-1);
            assertThat(payload.rows().getLast().data().mismatch(slice(bytes, 60))).isEqualTo(-1);
        }
    }

    private static MemorySegment slice(byte[] bytes, int from) {
        return MemorySegment.ofArray(bytes).asSlice(from, 60);
    }

    private static Payload.Shape shape(int count, int width) {
        return new Payload.Shape(count, width);
    }

    @Test
    void aChangedChunkIsNoticed() throws IOException {
        var marshaller = new FrameMarshaller();
        byte[] message;
        try (InputStream stream =
                marshaller.stream(new Frame.Chunk(MemorySegment.ofArray(new byte[9])))) {
            message = stream.readAllBytes();
        }
        assertThat(marshaller.parse(new ByteArrayInputStream(message)))
                .isInstanceOf(Frame.Chunk.class);
        for (int i = 1; i < message.length; i++) {
            byte[] changed = message.clone();
            changed[i] ^= 4;
            assertThat(marshaller.parse(new ByteArrayInputStream(changed)))
                    .isEqualTo(new Frame.Broken("a chunk with a wrong check sum", true));
        }
    }
}
