// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import dev.witan.swarm.protocol.BackwardRequest;
import dev.witan.swarm.protocol.CommitRequest;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ForwardRequest;
import dev.witan.swarm.protocol.PrepareRequest;

import io.grpc.MethodDescriptor;

import java.util.List;

/// The methods of the expert service, all with the same frames.
final class ExpertMethods {
    static final String SERVICE = "witan.swarm.Experts";

    static final MethodDescriptor<Frame, Frame> FORWARD = method("Forward");
    static final MethodDescriptor<Frame, Frame> BACKWARD = method("Backward");
    static final MethodDescriptor<Frame, Frame> PREPARE = method("Prepare");
    static final MethodDescriptor<Frame, Frame> COMMIT = method("Commit");

    static final List<MethodDescriptor<Frame, Frame>> ALL =
            List.of(FORWARD, BACKWARD, PREPARE, COMMIT);

    private ExpertMethods() {}

    /// The method of a request.
    static MethodDescriptor<Frame, Frame> of(ExpertRequest<?> request) {
        return switch (request) {
            case ForwardRequest _ -> FORWARD;
            case BackwardRequest _ -> BACKWARD;
            case PrepareRequest _ -> PREPARE;
            case CommitRequest _ -> COMMIT;
        };
    }

    private static MethodDescriptor<Frame, Frame> method(String name) {
        var marshaller = new FrameMarshaller();
        return MethodDescriptor.<Frame, Frame>newBuilder()
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(marshaller)
                .setResponseMarshaller(marshaller)
                .build();
    }
}
