// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import dev.witan.model.FeedForwardConfig;
import dev.witan.model.ModelConfig;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.layer.ChainConfig;
import dev.witan.moe.router.TopKRouterConfig;

import java.util.regex.Pattern;

/// One of the models that are compared.
///
/// @param name its name in files: lower-case letters, digits and hyphens
/// @param label its name in reports
/// @param layers L
/// @param experts routed experts and the shared one
/// @param topK K, routed experts per token and iteration
/// @param width hidden width F of each expert
/// @param normTopK whether the K weights of a token are divided by their sum
/// @param chain iterations and their variant; one iteration is a mixture of experts
public record ChainSystem(
        String name,
        String label,
        int layers,
        int experts,
        int topK,
        int width,
        boolean normTopK,
        ChainConfig chain) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");

    /// Of the nano model.
    static final int LAYERS = 4;

    /// 0.6875 D, as published.
    static final int WIDTH = 88;

    private static final double INITIAL_DEVIATION = 0.02;
    private static final double SEQUENCE_BALANCE = 1e-3;

    public ChainSystem {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name must match " + NAME + ", was " + name);
        }
        if (experts < 2 || topK < 1 || topK > experts - 1) {
            throw new IllegalArgumentException(
                    "topK must be in [1, " + (experts - 1) + "], was " + topK);
        }
    }

    /// A system of the nano model.
    static ChainSystem nano(String name, String label, int topK, int experts, ChainConfig chain) {
        return new ChainSystem(name, label, LAYERS, experts, topK, WIDTH, false, chain);
    }

    /// The same with renormalised weights.
    ChainSystem renormalised() {
        return new ChainSystem(
                name + "-norm", label + " norm", layers, experts, topK, width, true, chain);
    }

    ChainSystem with(String otherName, String otherLabel, int otherLayers, int otherWidth) {
        return new ChainSystem(
                otherName, otherLabel, otherLayers, experts, topK, otherWidth, normTopK, chain);
    }

    /// Routed experts.
    public int routedExperts() {
        return experts - 1;
    }

    /// Experts that a token passes in one layer, all iterations and the shared expert included.
    public int expertPasses() {
        int shared = chain.shared() == ChainConfig.Shared.ONCE ? 1 : chain.iterations();
        return chain.iterations() * topK + shared;
    }

    /// Routers of one layer.
    int gates() {
        return chain.gatePerIteration() ? chain.iterations() : 1;
    }

    /// The model: plain multi-head attention with rotary positions, head not tied to the embedding,
    /// initial weights N(0, 0.02), gates uniform in ±D^-½, sequence-level balance 1e-3.
    public ModelConfig model(ChainShape shape) {
        var router = TopKRouterConfig.softmax(routedExperts(), topK).withNormTopK(normTopK);
        return new ModelConfig(
                shape.vocabulary(),
                layers,
                shape.hidden(),
                shape.heads(),
                shape.heads(),
                shape.hidden() / shape.heads(),
                shape.context(),
                10_000,
                1e-5,
                false,
                false,
                INITIAL_DEVIATION,
                FeedForwardConfig.chain(
                        router,
                        width,
                        width,
                        chain,
                        BalanceConfig.ofSequenceLevel(SEQUENCE_BALANCE)));
    }
}
