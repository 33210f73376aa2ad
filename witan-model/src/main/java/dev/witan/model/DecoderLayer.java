// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.moe.Pass;
import dev.witan.moe.Routing;
import dev.witan.moe.layer.FeedForward;

import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// One pre-norm block: `x1 = x + Attention(norm x)`, then the feed-forward part of `norm x1`.
record DecoderLayer(
        RmsNorm attentionNorm,
        Attention attention,
        RmsNorm feedForwardNorm,
        FeedForward feedForward) {
    FeedForward.Output forward(Tensor x, Pass pass) {
        try (Scope scope = Scope.open()) {
            Tensor attended = x.add(attention.forward(attentionNorm.forward(x, pass.tape()), pass));
            return keep(scope, feed(attended, pass));
        }
    }

    FeedForward.Output forward(Tensor x, Pass pass, KeyValueCache cache, int layer) {
        try (Scope scope = Scope.open()) {
            Tensor attended =
                    x.add(
                            attention.forward(
                                    attentionNorm.forward(x, pass.tape()), pass, cache, layer));
            return keep(scope, feed(attended, pass));
        }
    }

    DecoderLayer withFeedForward(UnaryOperator<FeedForward> change) {
        return new DecoderLayer(
                attentionNorm, attention, feedForwardNorm, change.apply(feedForward));
    }

    List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>(attention.parameters());
        all.add(attentionNorm.scale());
        all.add(feedForwardNorm.scale());
        all.addAll(feedForward.parameters());
        return all;
    }

    private FeedForward.Output feed(Tensor attended, Pass pass) {
        FeedForward.Output output =
                feedForward.forward(feedForwardNorm.forward(attended, pass.tape()), pass);
        Tensor y = feedForward.addsResidual() ? attended.add(output.y()) : output.y();
        return new FeedForward.Output(y, output.losses(), output.routings(), output.statistics());
    }

    private static FeedForward.Output keep(Scope scope, FeedForward.Output output) {
        scope.keep(output.y());
        output.losses().forEach(scope::keep);
        for (Routing routing : output.routings()) {
            scope.keep(routing.combineWeights());
            scope.keep(routing.routerScores());
            scope.keep(routing.routerLogits());
        }
        return output;
    }
}
