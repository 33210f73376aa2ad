// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

import dev.witan.model.DecoderModel;
import dev.witan.moe.Router;
import dev.witan.moe.layer.ChainLayer;
import dev.witan.moe.layer.DenseFeedForward;
import dev.witan.moe.layer.FeedForward;
import dev.witan.moe.layer.MoeLayer;
import dev.witan.moe.router.ExpertBias;
import dev.witan.moe.router.TopKRouter;

import java.util.ArrayList;
import java.util.List;

/// The balancing biases of a model's routers: the only state of training that no gradient moves.
final class ExpertBiases {
    private final List<Entry> entries = new ArrayList<>();

    /// A bias and the passes that its router decides.
    private record Entry(ExpertBias bias, double rate, int layer, List<Integer> uses) {
        void update(LoadCount load) {
            int[] sum = new int[bias.experts()];
            for (int iteration : uses) {
                long[] part = load.tokensPerExpert(layer, iteration);
                for (int e = 0; e < sum.length; e++) {
                    sum[e] = Math.toIntExact(sum[e] + part[e]);
                }
            }
            bias.update(sum, rate);
        }
    }

    /// The biases that take part in choosing experts.
    ExpertBiases(DecoderModel model) {
        for (int l = 0; l < model.feedForwards().size(); l++) {
            List<MoeLayer> mixtures = mixtures(model.feedForwards().get(l));
            for (int t = 0; t < mixtures.size(); t++) {
                add(l, t, mixtures);
            }
        }
    }

    private void add(int layer, int iteration, List<MoeLayer> mixtures) {
        Router router = mixtures.get(iteration).router();
        if (!(router instanceof TopKRouter topK) || !topK.config().selectionBias()) {
            return;
        }
        List<Integer> uses = new ArrayList<>();
        for (int t = 0; t < mixtures.size(); t++) {
            if (mixtures.get(t).router().equals(router)) {
                uses.add(t);
            }
        }
        if (uses.getFirst() == iteration) {
            entries.add(
                    new Entry(
                            topK.bias(),
                            mixtures.get(iteration).balance().biasUpdateRate(),
                            layer,
                            uses));
        }
    }

    private static List<MoeLayer> mixtures(FeedForward part) {
        return switch (part) {
            case DenseFeedForward _ -> List.of();
            case MoeLayer mixture -> List.of(mixture);
            case ChainLayer chain -> chain.iterations();
        };
    }

    /// Moves each bias towards an even load.
    void update(LoadCount load) {
        for (Entry entry : entries) {
            if (entry.rate > 0) {
                entry.update(load);
            }
        }
    }

    /// The biases, in the order of layers and iterations.
    List<ExpertBias> biases() {
        return entries.stream().map(Entry::bias).toList();
    }
}
