// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.golden;

import dev.witan.testkit.reference.ReferenceChain;
import dev.witan.testkit.reference.ReferenceChain.Block;
import dev.witan.testkit.reference.ReferenceExpert;
import dev.witan.testkit.reference.ReferenceMoe;
import dev.witan.testkit.reference.ReferenceMoe.Shared;
import dev.witan.testkit.reference.ReferenceRouter;
import dev.witan.testkit.reference.ReferenceRouters.Groups;
import dev.witan.testkit.reference.ReferenceRouters.Weighing;
import dev.witan.testkit.reference.ReferenceSwiGlu;

import java.util.ArrayList;
import java.util.List;

/// The feed-forward layers of the families, from their tensors.
record DecoderFfn(DecoderConfig config, Weights weights) {

    sealed interface Layer {}

    record Dense(ReferenceExpert expert) implements Layer {}

    record Mixture(ReferenceMoe moe) implements Layer {}

    record Chain(ReferenceChain chain) implements Layer {}

    Layer layer(int index) {
        String mlp = "model.layers." + index + ".mlp.";
        return switch (config.family()) {
            case MIXTRAL -> mixtral("model.layers." + index + ".block_sparse_moe.");
            case QWEN3_MOE -> mixture(mlp, softmaxTopK(), false);
            case DEEPSEEK ->
                    index < config.integer("first_k_dense_replace")
                            ? new Dense(swiGlu(mlp))
                            : mixture(mlp, softmaxTopK(), true);
            case DEEPSEEK_V3 ->
                    index < config.integer("first_k_dense_replace")
                            ? new Dense(swiGlu(mlp))
                            : mixture(mlp, sigmoidBiased(mlp), true);
            case COE_DEEPSEEKV2 -> chain(mlp);
        };
    }

    private Layer mixtral(String prefix) {
        List<ReferenceExpert> experts = new ArrayList<>();
        for (int e = 0; e < config.integer("num_local_experts"); e++) {
            String expert = prefix + "experts." + e + ".";
            experts.add(
                    new ReferenceSwiGlu(
                            weights.matrix(expert + "w1.weight"),
                            weights.matrix(expert + "w3.weight"),
                            weights.matrix(expert + "w2.weight")));
        }
        ReferenceRouter router =
                ReferenceRouter.softmaxTopK(config.integer("num_experts_per_tok"), true, 1);
        return new Mixture(
                new ReferenceMoe(weights.matrix(prefix + "gate.weight"), router, experts, null));
    }

    private Layer mixture(String prefix, ReferenceRouter router, boolean withShared) {
        Shared shared = withShared ? new Shared(swiGlu(prefix + "shared_experts."), null) : null;
        return new Mixture(
                new ReferenceMoe(
                        weights.matrix(prefix + "gate.weight"), router, experts(prefix), shared));
    }

    private Layer chain(String prefix) {
        int iterations = config.integer("inner_iter");
        List<double[][]> gates = new ArrayList<>();
        if (config.flag("use_igate")) {
            for (int t = 0; t < iterations; t++) {
                gates.add(weights.matrix(prefix + "gate." + t + ".weight"));
            }
        } else {
            gates.add(weights.matrix(prefix + "gate.weight"));
        }
        Block block =
                config.flag("outer_residual") ? Block.AS_CODED_OUTER_RESIDUAL : Block.AS_CODED;
        return new Chain(
                new ReferenceChain(
                        gates,
                        softmaxTopK(),
                        experts(prefix),
                        new Shared(swiGlu(prefix + "shared_experts."), null),
                        new ReferenceChain.Options(
                                iterations, config.flag("inner_residual"), false, block)));
    }

    private List<ReferenceExpert> experts(String prefix) {
        List<ReferenceExpert> experts = new ArrayList<>();
        for (int e = 0; weights.has(prefix + "experts." + e + ".gate_proj.weight"); e++) {
            experts.add(swiGlu(prefix + "experts." + e + "."));
        }
        return experts;
    }

    private ReferenceRouter softmaxTopK() {
        return ReferenceRouter.softmaxTopK(
                config.integer("num_experts_per_tok"), config.flag("norm_topk_prob"), 1);
    }

    private ReferenceRouter sigmoidBiased(String prefix) {
        return ReferenceRouter.sigmoidBiased(
                config.integer("num_experts_per_tok"),
                weights.vector(prefix + "gate.e_score_correction_bias"),
                new Groups(config.integer("n_group"), config.integer("topk_group")),
                new Weighing(
                        config.flag("norm_topk_prob"), config.number("routed_scaling_factor")));
    }

    private ReferenceSwiGlu swiGlu(String prefix) {
        return new ReferenceSwiGlu(
                weights.matrix(prefix + "gate_proj.weight"),
                weights.matrix(prefix + "up_proj.weight"),
                weights.matrix(prefix + "down_proj.weight"));
    }
}
