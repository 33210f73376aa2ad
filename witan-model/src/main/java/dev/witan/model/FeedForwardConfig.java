// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.layer.ChainConfig;
import dev.witan.moe.router.TopKRouterConfig;

/// The feed-forward part of each layer: dense, a mixture of experts or a chain of experts.
///
/// @param kind which of the three
/// @param width hidden width F of one expert, or of the dense network
/// @param router the router; its experts and top-k are those of the layer (mixtures only)
/// @param sharedWidth hidden width of the shared expert, 0 for none
/// @param sharedGated whether the shared expert has a sigmoid gate
/// @param capacityFactor limit on an expert's tokens as a multiple of the mean, 0 for dropless
/// @param chain the variant of a chain (chains only)
/// @param balance how the load is balanced
public record FeedForwardConfig(
        Kind kind,
        int width,
        TopKRouterConfig router,
        int sharedWidth,
        boolean sharedGated,
        double capacityFactor,
        ChainConfig chain,
        BalanceConfig balance) {
    /// Dense, mixture or chain.
    public enum Kind {
        /// One network for every token.
        DENSE,
        /// A mixture of experts.
        MOE,
        /// A chain of experts.
        CHAIN
    }

    /// Checks the widths.
    public FeedForwardConfig {
        ModelConfig.atLeastOne("width", width);
        if (sharedWidth < 0) {
            throw new IllegalArgumentException("sharedWidth must be >= 0, was " + sharedWidth);
        }
    }

    /// A dense network of hidden width `width`.
    public static FeedForwardConfig dense(int width) {
        return new FeedForwardConfig(
                Kind.DENSE,
                width,
                TopKRouterConfig.softmax(1, 1),
                0,
                false,
                0,
                ChainConfig.standard(1),
                BalanceConfig.NONE);
    }

    /// A mixture of experts.
    public static FeedForwardConfig moe(
            TopKRouterConfig router, int width, int sharedWidth, BalanceConfig balance) {
        return new FeedForwardConfig(
                Kind.MOE, width, router, sharedWidth, false, 0, ChainConfig.standard(1), balance);
    }

    /// A chain of experts.
    public static FeedForwardConfig chain(
            TopKRouterConfig router,
            int width,
            int sharedWidth,
            ChainConfig chain,
            BalanceConfig balance) {
        return new FeedForwardConfig(
                Kind.CHAIN, width, router, sharedWidth, false, 0, chain, balance);
    }

    /// Router passes per layer: 0 if dense, 1 for a mixture, C for a chain.
    public int iterations() {
        return switch (kind) {
            case DENSE -> 0;
            case MOE -> 1;
            case CHAIN -> chain.iterations();
        };
    }
}
