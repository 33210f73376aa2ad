// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.moe.Pass;
import dev.witan.moe.Routing;
import dev.witan.moe.RoutingStatistics;
import dev.witan.moe.balance.BalanceLosses;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.moe.layer.FeedForward;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// A decoder language model: embedding, blocks of attention and feed-forward, norm, output head.
///
/// **Threads** passes may overlap; changing parameters may not overlap with a pass.
public final class DecoderModel {
    private final ModelConfig config;
    private final Parameter embedding;
    private final List<DecoderLayer> layers;
    private final RmsNorm norm;
    private final Projection head;
    private final List<LocalExperts> localExperts;

    DecoderModel(
            ModelConfig config,
            Parameter embedding,
            List<DecoderLayer> layers,
            RmsNorm norm,
            Projection head,
            List<LocalExperts> localExperts) {
        this.config = config;
        this.embedding = embedding;
        this.layers = List.copyOf(layers);
        this.norm = norm;
        this.head = head;
        this.localExperts = List.copyOf(localExperts);
    }

    /// What one pass gave.
    ///
    /// @param logits `[T,V]`
    /// @param losses weighted auxiliary losses
    /// @param statistics per layer, per iteration
    /// @param routings per layer, per iteration
    public record Output(
            Tensor logits,
            List<Tensor> losses,
            List<List<RoutingStatistics>> statistics,
            List<List<Routing>> routings) {}

    /// The shape.
    public ModelConfig config() {
        return config;
    }

    /// The experts that compute here, one per layer with experts.
    public List<LocalExperts> localExperts() {
        return localExperts;
    }

    /// Logits `[T,V]` for `tokens [B*S]` int64, `B = pass.sequences()` sequences one after another.
    public Output forward(Tensor tokens, Pass pass) {
        try (Scope scope = Scope.open()) {
            Tensor x = torch.embedding(embedding.value(), tokens.view(-1));
            List<FeedForward.Output> outputs = new ArrayList<>();
            for (int l = 0; l < layers.size(); l++) {
                FeedForward.Output output = layers.get(l).forward(x, pass.forPart(l));
                outputs.add(output);
                x = output.y();
            }
            Tensor logits = head.forward(norm.forward(x));
            return collect(scope, logits, outputs);
        }
    }

    /// Logits `[T,V]` for the next tokens of the sequence in `cache`, which then holds them too.
    public Output forward(Tensor tokens, Pass pass, KeyValueCache cache) {
        try (Scope scope = Scope.open()) {
            Tensor x = torch.embedding(embedding.value(), tokens.view(-1));
            List<FeedForward.Output> outputs = new ArrayList<>();
            for (int l = 0; l < layers.size(); l++) {
                FeedForward.Output output = layers.get(l).forward(x, pass.forPart(l), cache, l);
                outputs.add(output);
                x = output.y();
            }
            cache.advance(Math.toIntExact(tokens.numel()));
            Tensor logits = head.forward(norm.forward(x));
            return collect(scope, logits, outputs);
        }
    }

    private Output collect(Scope scope, Tensor logits, List<FeedForward.Output> outputs) {
        List<Tensor> losses = new ArrayList<>();
        outputs.forEach(output -> losses.addAll(output.losses()));
        double pooled = config.feedForward().balance().pooled();
        List<Routing> routings =
                outputs.stream().flatMap(output -> output.routings().stream()).toList();
        if (pooled > 0 && !routings.isEmpty()) {
            losses.add(BalanceLosses.pooledOverLayers(routings).mul(new Scalar(pooled)));
        }
        losses.forEach(scope::keep);
        return new Output(
                scope.keep(logits),
                losses,
                outputs.stream().map(FeedForward.Output::statistics).toList(),
                outputs.stream().map(FeedForward.Output::routings).toList());
    }

    /// Parameters outside the routed experts, in the order of the network.
    public List<Parameter> trunk() {
        Set<Parameter> all = new LinkedHashSet<>();
        all.add(embedding);
        layers.forEach(layer -> all.addAll(layer.parameters()));
        all.add(norm.scale());
        all.add(head.weight());
        return List.copyOf(all);
    }

    /// Parameters of the routed experts, one flat tensor per layer.
    public List<Parameter> experts() {
        return localExperts.stream().map(experts -> experts.parameters().parameter()).toList();
    }

    /// All parameters.
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>(trunk());
        all.addAll(experts());
        return all;
    }

    /// The feed-forward part of each layer.
    public List<FeedForward> feedForwards() {
        return layers.stream().map(DecoderLayer::feedForward).toList();
    }

    /// A model with the same parameters and other feed-forward parts: for ablations, and for
    /// experts that live elsewhere.
    public DecoderModel withFeedForwards(UnaryOperator<FeedForward> change) {
        return new DecoderModel(
                config,
                embedding,
                layers.stream().map(layer -> layer.withFeedForward(change)).toList(),
                norm,
                head,
                localExperts);
    }

    /// Prepares kernels for changed weights; to be called after each optimiser step.
    public void refresh() {
        localExperts.forEach(LocalExperts::refresh);
    }
}
