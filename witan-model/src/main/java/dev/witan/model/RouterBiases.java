// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.moe.Router;
import dev.witan.moe.layer.ChainLayer;
import dev.witan.moe.layer.DenseFeedForward;
import dev.witan.moe.layer.FeedForward;
import dev.witan.moe.layer.MoeLayer;
import dev.witan.moe.router.ExpertBias;
import dev.witan.moe.router.TopKRouter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The selection biases of a model's routers by their names in checkpoints, such as
/// `model.layers.0.mlp.gate.e_score_correction_bias`: part of a model's state, though no weights.
///
/// Routers without a selection bias are left out.
public final class RouterBiases {
    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".e_score_correction_bias";

    private RouterBiases() {}

    /// All biases, in the order of the network; setting one changes the model.
    public static Map<String, ExpertBias> of(DecoderModel model) {
        Map<String, ExpertBias> biases = new LinkedHashMap<>();
        for (FeedForward part : model.feedForwards()) {
            for (Router router : routers(part)) {
                if (router instanceof TopKRouter topK && topK.config().selectionBias()) {
                    String gate = topK.gate().weight().name();
                    String prefix = gate.substring(0, gate.length() - WEIGHT.length());
                    biases.put(prefix + BIAS, topK.bias());
                }
            }
        }
        return biases;
    }

    /// The names and shapes of the biases, from the configuration alone.
    static Map<String, long[]> shapes(ModelConfig config) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        FeedForwardConfig part = config.feedForward();
        if (part.iterations() == 0 || !part.router().selectionBias()) {
            return shapes;
        }
        boolean gates =
                part.kind() == FeedForwardConfig.Kind.CHAIN && part.chain().gatePerIteration();
        for (int l = 0; l < config.layers(); l++) {
            String gate = "model.layers." + l + ".mlp.gate";
            for (int t = 0; t < (gates ? part.iterations() : 1); t++) {
                shapes.put(
                        (gates ? gate + "." + t : gate) + BIAS,
                        new long[] {part.router().experts()});
            }
        }
        return shapes;
    }

    private static List<Router> routers(FeedForward part) {
        return switch (part) {
            case DenseFeedForward _ -> List.of();
            case MoeLayer layer -> List.of(layer.router());
            case ChainLayer chain -> chain.iterations().stream().map(MoeLayer::router).toList();
        };
    }
}
