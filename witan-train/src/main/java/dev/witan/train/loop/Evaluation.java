// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

import dev.witan.train.metrics.RoutingMetrics;
import dev.witan.train.metrics.ValidationMetrics;
import dev.witan.train.report.ExpertLoad;

import java.util.ArrayList;
import java.util.List;

/// How well a model predicts a text.
///
/// @param tokens tokens that were predicted, each once
/// @param bytes bytes of those tokens; for a part of a text its share of the text's bytes
/// @param nats summed loss
/// @param loads rows of each expert, of the predicted tokens alone, per layer and iteration
public record Evaluation(long tokens, double bytes, double nats, List<ExpertLoad> loads) {
    /// Copies the loads.
    public Evaluation {
        loads = List.copyOf(loads);
    }

    /// Mean loss per token.
    public double natsPerToken() {
        return nats / tokens;
    }

    /// Mean loss per byte.
    public double natsPerByte() {
        return nats / bytes;
    }

    /// The largest max/mean load of all layers and iterations; NaN without experts.
    public double maxOverMean() {
        return loads.stream().mapToDouble(ExpertLoad::maxOverMean).max().orElse(Double.NaN);
    }

    /// Experts without a token, over all layers and iterations.
    public long deadExperts() {
        return loads.stream().mapToLong(ExpertLoad::deadExperts).sum();
    }

    /// Both texts as one.
    public Evaluation plus(Evaluation other) {
        List<ExpertLoad> sum = new ArrayList<>();
        for (int i = 0; i < loads.size(); i++) {
            sum.add(loads.get(i).plus(other.loads.get(i)));
        }
        return new Evaluation(tokens + other.tokens, bytes + other.bytes, nats + other.nats, sum);
    }

    /// This measurement as an event of a run.
    public ValidationMetrics metrics(long step) {
        return new ValidationMetrics(step, tokens, natsPerToken(), natsPerByte());
    }

    /// The loads as events of a run.
    public List<RoutingMetrics> routing(long step) {
        return loads.stream()
                .map(load ->
                        RoutingMetrics.of(
                                step,
                                load.layer(),
                                load.iteration(),
                                load.tokensPerExpert().stream()
                                        .mapToLong(Long::longValue)
                                        .toArray()))
                .toList();
    }
}
