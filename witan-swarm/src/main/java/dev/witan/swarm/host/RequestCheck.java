// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.swarm.protocol.BackwardRequest;
import dev.witan.swarm.protocol.CommitRequest;
import dev.witan.swarm.protocol.ExpertReply.Reason;
import dev.witan.swarm.protocol.ExpertReply.Refused;
import dev.witan.swarm.protocol.ExpertRequest;
import dev.witan.swarm.protocol.ExpertRows;
import dev.witan.swarm.protocol.ForwardRequest;
import dev.witan.swarm.protocol.Inputs;
import dev.witan.swarm.protocol.PrepareRequest;
import dev.witan.swarm.protocol.Rows;
import dev.witan.swarm.protocol.UpdateId;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Whether a request fits what a host holds, decided before anything is queued or allocated.
final class RequestCheck {
    private final HostedModel model;
    private final HostLimits limits;

    RequestCheck(HostedModel model, HostLimits limits) {
        this.model = model;
        this.limits = limits;
    }

    /// Why the request is refused, or null.
    <A> @Nullable Refused<A> refusal(ExpertRequest<A> request) {
        if (!request.head().model().equals(model.name())) {
            return new Refused<>(
                    Reason.UNKNOWN_EXPERT, "no model " + request.head().model() + " here");
        }
        Fault fault =
                switch (request) {
                    case ForwardRequest forward ->
                            tokens(forward.layer(), forward.experts(), forward.tokens());
                    case BackwardRequest backward -> backward(backward);
                    case PrepareRequest prepare -> prepare(prepare);
                    case CommitRequest commit ->
                            commit.update().valid()
                                    ? null
                                    : new Fault(Reason.NOT_FINITE, "bad constants of a step");
                };
        return fault == null ? null : new Refused<>(fault.reason, fault.detail);
    }

    private record Fault(Reason reason, String detail) {}

    private @Nullable Fault backward(BackwardRequest request) {
        if (!request.update().trainer().equals(request.head().trainer())) {
            return new Fault(Reason.PROTOCOL, "update of another trainer");
        }
        int layer = request.update().layer();
        Fault fault =
                switch (request.inputs()) {
                    case Inputs.Held _ -> experts(layer, request.experts(), limits.rows());
                    case Inputs.Sent sent -> tokens(layer, request.experts(), sent.tokens());
                };
        if (fault != null) {
            return fault;
        }
        if (request.versions().length != request.experts().size()) {
            return shape(
                    "%d versions for %d experts"
                            .formatted(request.versions().length, request.experts().size()));
        }
        int rows = ExpertRows.count(request.experts());
        Rows gradient = request.gradient();
        if (gradient.count() != rows || gradient.width() != model.width(layer)) {
            return shape(
                    "gradient of %d x %d for %d x %d"
                            .formatted(
                                    gradient.count(), gradient.width(), rows, model.width(layer)));
        }
        return null;
    }

    private @Nullable Fault prepare(PrepareRequest request) {
        if (request.updates().size() > limits.updatesPerStep()) {
            return limit("updates", request.updates().size(), limits.updatesPerStep());
        }
        for (UpdateId update : request.updates()) {
            if (!update.trainer().equals(request.head().trainer())
                    || update.step() != request.step()) {
                return new Fault(Reason.PROTOCOL, "update of another trainer or step");
            }
        }
        return null;
    }

    private @Nullable Fault tokens(int layer, List<ExpertRows> experts, Rows tokens) {
        if (tokens.count() > limits.rows()) {
            return limit("tokens", tokens.count(), limits.rows());
        }
        Fault fault = experts(layer, experts, tokens.count());
        if (fault == null && tokens.width() != model.width(layer)) {
            return shape(
                    "tokens of width %d for experts of width %d"
                            .formatted(tokens.width(), model.width(layer)));
        }
        return fault;
    }

    private @Nullable Fault experts(int layer, List<ExpertRows> experts, int tokens) {
        if (!model.holds(layer)) {
            return new Fault(Reason.UNKNOWN_EXPERT, "no expert of layer " + layer + " here");
        }
        if (experts.isEmpty()) {
            return shape("no experts");
        }
        int previous = -1;
        long rows = 0;
        for (ExpertRows part : experts) {
            if (part.expert() <= previous) {
                return shape("experts must ascend");
            }
            previous = part.expert();
            if (model.slot(layer, part.expert()) < 0) {
                return new Fault(
                        Reason.UNKNOWN_EXPERT,
                        "no expert %d of layer %d here".formatted(part.expert(), layer));
            }
            if (part.tokens().length == 0 || !ascending(part.tokens(), tokens)) {
                return shape("tokens of an expert must ascend in [0, " + tokens + ")");
            }
            rows += part.tokens().length;
        }
        return rows > limits.rows() ? limit("rows", rows, limits.rows()) : null;
    }

    private static boolean ascending(int[] tokens, int bound) {
        int previous = 0;
        for (int token : tokens) {
            if (token < previous || token >= bound) {
                return false;
            }
            previous = token;
        }
        return true;
    }

    private static Fault shape(String detail) {
        return new Fault(Reason.SHAPE, detail);
    }

    private static Fault limit(String name, long value, long bound) {
        return new Fault(
                Reason.LIMIT, "%s must be at most %d, were %d".formatted(name, bound, value));
    }
}
