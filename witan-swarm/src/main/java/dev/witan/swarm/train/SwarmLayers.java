// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import dev.witan.model.ModelConfig;
import dev.witan.moe.Experts;
import dev.witan.swarm.dispatch.SwarmExperts;
import dev.witan.swarm.dispatch.SwarmModel;

import java.util.function.IntFunction;

/// The experts of each layer of a model, on other peers.
///
/// @param config shape of the model, which has experts
/// @param swarm the way to them
public record SwarmLayers(ModelConfig config, SwarmModel swarm) implements IntFunction<Experts> {
    /// Checks that the model has experts.
    public SwarmLayers {
        if (config.feedForward().iterations() == 0) {
            throw new IllegalArgumentException(
                    "the model is dense: it has no experts that could be on other peers");
        }
    }

    @Override
    public Experts apply(int layer) {
        return new SwarmExperts(
                swarm, layer, config.feedForward().router().experts(), config.hidden());
    }
}
