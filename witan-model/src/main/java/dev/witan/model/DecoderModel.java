// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.moe.Experts;
import dev.witan.moe.Pass;
import dev.witan.moe.Routing;
import dev.witan.moe.RoutingStatistics;
import dev.witan.moe.balance.BalanceLosses;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.moe.layer.ChainLayer;
import dev.witan.moe.layer.DenseFeedForward;
import dev.witan.moe.layer.FeedForward;
import dev.witan.moe.layer.MoeLayer;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/// A decoder language model: embedding, blocks of attention and feed-forward, norm, output head.
///
/// **Threads** passes may overlap; changing parameters may not overlap with a pass.
public final class DecoderModel {
    private final ModelConfig config;
    private final Parameter embedding;
    private final List<DecoderLayer> layers;
    private final RmsNorm norm;
    private final OutputHead head;
    private final List<LocalExperts> localExperts;

    DecoderModel(
            ModelConfig config,
            Parameter embedding,
            List<DecoderLayer> layers,
            RmsNorm norm,
            OutputHead head,
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
    /// @param routing what the routers did
    public record Output(Tensor logits, RoutingOutput routing) {}

    /// What one pass with targets gave.
    ///
    /// @param loss mean cross-entropy in nats per token, a scalar of the autograd graph
    /// @param perToken cross-entropy of each token `[T]`, outside the graph
    /// @param routing what the routers did
    public record LossOutput(Tensor loss, Tensor perToken, RoutingOutput routing) {}

    /// What the routers did in one pass.
    ///
    /// @param losses weighted auxiliary losses, scalars of the autograd graph
    /// @param statistics per layer, per iteration
    /// @param routings per layer, per iteration
    public record RoutingOutput(
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

    /// Logits for `tokens [B*S]` int64, `B = pass.sequences()` sequences one after another.
    public Output forward(Tensor tokens, Pass pass) {
        try (Scope scope = Scope.open()) {
            List<FeedForward.Output> outputs = blocks(tokens, pass, Optional.empty());
            Tensor logits = head.logits(last(outputs, pass), pass.tape());
            return new Output(scope.keep(logits), collect(scope, outputs));
        }
    }

    /// Logits for the next tokens of the sequence in `cache`, which then holds them too.
    ///
    /// **Errors** more tokens than fit → [IllegalArgumentException], the cache stays as it was.
    public Output forward(Tensor tokens, Pass pass, KeyValueCache cache) {
        cache.requireRoom(tokens.numel());
        try (Scope scope = Scope.open()) {
            List<FeedForward.Output> outputs = blocks(tokens, pass, Optional.of(cache));
            cache.advance(Math.toIntExact(tokens.numel()));
            Tensor logits = head.logits(last(outputs, pass), pass.tape());
            return new Output(scope.keep(logits), collect(scope, outputs));
        }
    }

    /// The loss of predicting `targets [B*S]` from `tokens [B*S]`, both int64.
    public LossOutput loss(Tensor tokens, Tensor targets, Pass pass) {
        try (Scope scope = Scope.open()) {
            List<FeedForward.Output> outputs = blocks(tokens, pass, Optional.empty());
            OutputHead.Loss loss = head.loss(last(outputs, pass), targets, pass.tape());
            return new LossOutput(
                    scope.keep(loss.mean()), scope.keep(loss.perToken()), collect(scope, outputs));
        }
    }

    private List<FeedForward.Output> blocks(
            Tensor tokens, Pass pass, Optional<KeyValueCache> cache) {
        Tensor x = torch.embedding(embedding.value(), tokens.view(-1));
        List<FeedForward.Output> outputs = new ArrayList<>();
        for (int l = 0; l < layers.size(); l++) {
            Pass part = pass.forPart(l);
            FeedForward.Output output =
                    cache.isPresent()
                            ? layers.get(l).forward(x, part, cache.get(), l)
                            : layers.get(l).forward(x, part);
            outputs.add(output);
            x = output.y();
        }
        return outputs;
    }

    private Tensor last(List<FeedForward.Output> outputs, Pass pass) {
        return norm.forward(outputs.getLast().y(), pass.tape());
    }

    private RoutingOutput collect(Scope scope, List<FeedForward.Output> outputs) {
        List<Tensor> losses = new ArrayList<>();
        outputs.forEach(output -> losses.addAll(output.losses()));
        double pooled = config.feedForward().balance().pooled();
        List<Routing> routings =
                outputs.stream().flatMap(output -> output.routings().stream()).toList();
        if (pooled > 0 && !routings.isEmpty()) {
            losses.add(BalanceLosses.pooledOverLayers(routings).mul(new Scalar(pooled)));
        }
        losses.forEach(scope::keep);
        return new RoutingOutput(
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
        all.add(head.projection().weight());
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

    /// A model with the same trunk whose experts live elsewhere; it holds no expert's weights.
    ///
    /// @param elsewhere the experts of each layer that has some, by its index
    public DecoderModel withExperts(IntFunction<Experts> elsewhere) {
        List<DecoderLayer> changed = new ArrayList<>();
        for (int l = 0; l < layers.size(); l++) {
            int index = l;
            changed.add(
                    layers.get(l)
                            .withFeedForward(part ->
                                    switch (part) {
                                        case DenseFeedForward dense -> dense;
                                        case MoeLayer layer ->
                                                layer.withExperts(elsewhere.apply(index));
                                        case ChainLayer chain ->
                                                chain.withExperts(elsewhere.apply(index));
                                    }));
        }
        return new DecoderModel(config, embedding, changed, norm, head, List.of());
    }

    /// Prepares kernels for changed weights; to be called by whoever changes them. An optimiser
    /// does it by itself.
    public void refresh() {
        parameters().forEach(Parameter::refresh);
    }
}
