// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.layer.ChainConfig;
import dev.witan.moe.router.ExpertGroups;
import dev.witan.moe.router.TopKRouterConfig;

import java.util.List;

/// Small models that together use every part and every setting of a configuration.
final class Shapes {
    private Shapes() {}

    static ModelConfig decoder(FeedForwardConfig part) {
        return new ModelConfig(256, 2, 12, 2, 1, 6, 24, 1e4, 1e-5, false, false, 0.3, part);
    }

    static ModelConfig chain() {
        return decoder(
                FeedForwardConfig.chain(
                        TopKRouterConfig.softmax(5, 2),
                        7,
                        3,
                        ChainConfig.standard(2),
                        BalanceConfig.ofSequenceLevel(0.001)));
    }

    /// No value is its default, and no two neighbours of one type are equal.
    static ModelConfig unusual() {
        var router =
                new TopKRouterConfig(
                        6,
                        3,
                        TopKRouterConfig.Score.SIGMOID,
                        true,
                        2.5000000000000004,
                        new ExpertGroups(3, 2, ExpertGroups.Score.SUM_OF_TOP_TWO),
                        true,
                        0.1);
        var chain =
                new ChainConfig(
                        3, true, false, true, ChainConfig.Shared.ONCE, ChainConfig.Block.AS_CODED);
        var balance =
                new BalanceConfig(
                        0.01, 0.02, 0.03, 0.04, 2, 3, 0.05, true, 0.06, 0.07, 0.08, 1.0 / 3);
        var part =
                new FeedForwardConfig(
                        FeedForwardConfig.Kind.CHAIN, 5, router, 9, true, 1.25, chain, balance);
        return new ModelConfig(259, 3, 16, 4, 2, 10, 33, 12345.678, 1e-6, true, true, 0.017, part);
    }

    static List<ModelConfig> all() {
        var mixture =
                FeedForwardConfig.moe(
                        TopKRouterConfig.sigmoidWithBias(4, 2, 2, 1, 1.5),
                        5,
                        0,
                        BalanceConfig.NONE);
        var sharedGate =
                FeedForwardConfig.chain(
                        TopKRouterConfig.mixtral(3, 1).withSelectionBias(true),
                        4,
                        2,
                        new ChainConfig(
                                2,
                                false,
                                true,
                                false,
                                ChainConfig.Shared.PER_ITERATION,
                                ChainConfig.Block.STANDARD),
                        BalanceConfig.ofPooled(0.01));
        return List.of(
                decoder(FeedForwardConfig.dense(11)),
                decoder(mixture),
                decoder(sharedGate),
                chain(),
                unusual());
    }
}
