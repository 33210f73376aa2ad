// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.ablation;

import dev.witan.model.DecoderModel;
import dev.witan.model.FeedForwardConfig;
import dev.witan.moe.layer.ChainConfig;
import dev.witan.moe.layer.ChainLayer;
import dev.witan.moe.layer.DenseFeedForward;
import dev.witan.moe.layer.FeedForward;
import dev.witan.moe.layer.MoeLayer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A model's variants with one part disabled; they share its parameters and are for measuring only.
public final class Ablations {
    /// The name of the untouched model among the variants.
    public static final String INTACT = "intact";

    private Ablations() {}

    /// The intact model and the variants that make sense for it, by name.
    ///
    /// @param seed of the shuffled choices
    public static Map<String, DecoderModel> of(DecoderModel model, long seed) {
        Map<String, DecoderModel> variants = new LinkedHashMap<>();
        variants.put(INTACT, model);
        FeedForwardConfig part = model.config().feedForward();
        if (part.kind() == FeedForwardConfig.Kind.DENSE) {
            return variants;
        }
        variants.put(
                "routed experts zeroed",
                withMixtures(model, layer -> layer.withExperts(new ZeroExperts(layer.experts()))));
        variants.put(
                "router's choice shuffled",
                withMixtures(
                        model,
                        layer -> layer.withRouter(new ShuffledRouter(layer.router(), seed))));
        if (part.iterations() > 1) {
            variants.put(
                    part.iterations() == 2
                            ? "second iteration skipped"
                            : "all but the first iteration skipped",
                    model.withFeedForwards(Ablations::firstIteration));
        }
        return variants;
    }

    private static DecoderModel withMixtures(DecoderModel model, UnaryOperator<MoeLayer> change) {
        return model.withFeedForwards(part ->
                switch (part) {
                    case DenseFeedForward dense -> dense;
                    case MoeLayer layer -> change.apply(layer);
                    case ChainLayer chain ->
                            new ChainLayer(
                                    chain.config(),
                                    chain.iterations().stream().map(change).toList());
                });
    }

    private static FeedForward firstIteration(FeedForward part) {
        return switch (part) {
            case DenseFeedForward dense -> dense;
            case MoeLayer layer -> layer;
            case ChainLayer chain -> {
                ChainConfig config = chain.config();
                yield new ChainLayer(
                        new ChainConfig(
                                1,
                                config.gatePerIteration(),
                                config.innerResidual(),
                                config.outerResidual(),
                                config.shared(),
                                config.block()),
                        chain.iterations().subList(0, 1));
            }
        };
    }
}
