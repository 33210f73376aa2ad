// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.golden;

import static dev.witan.testkit.reference.Algebra.add;
import static dev.witan.testkit.reference.Algebra.linear;
import static dev.witan.testkit.reference.ReferenceAttention.rmsNorm;

import dev.witan.testkit.reference.ReferenceChain;
import dev.witan.testkit.reference.ReferenceExpert;
import dev.witan.testkit.reference.ReferenceMoe;
import dev.witan.testkit.reference.ReferenceRouting;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;

/// A whole decoder language model in float64: slow, complete, one sequence at a time.
///
/// Families: `mixtral`, `qwen3_moe`, `deepseek`, `deepseek_v3` (default rotary positions), and
/// `coe_deepseekv2`.
///
/// x = embed; per layer x += attention(norm(x)), then the feed-forward layer of the family; logits
/// = head(norm(x)).
public final class ReferenceDecoder {
    private final DecoderConfig config;
    private final Weights weights;
    private final DecoderAttention attention;
    private final DecoderFfn ffn;

    /// A decoder from the parts of a checkpoint.
    ///
    /// Errors: [IllegalArgumentException] for a family that is not in the list above.
    public ReferenceDecoder(JsonNode config, Weights weights) {
        this.config = DecoderConfig.of(config);
        this.weights = weights;
        this.attention = new DecoderAttention(this.config, weights);
        this.ffn = new DecoderFfn(this.config, weights);
    }

    /// The decoder of a golden.
    public static ReferenceDecoder of(Golden golden) {
        return new ReferenceDecoder(golden.config(), Weights.of(golden.weights()));
    }

    /// Logits `[T, V]`, and per layer the routing of each iteration: none for a dense layer, one
    /// for a mixture, several for a chain.
    @SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable
    public record Output(double[][] logits, List<List<ReferenceRouting>> routings) {}

    /// Runs the model on one sequence of token ids.
    public Output forward(int[] tokenIds) {
        double[][] embeddings = weights.matrix("model.embed_tokens.weight");
        var x = new double[tokenIds.length][];
        for (int t = 0; t < tokenIds.length; t++) {
            x[t] = embeddings[tokenIds[t]].clone();
        }
        List<List<ReferenceRouting>> routings = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            String prefix = "model.layers." + layer + ".";
            double[][] normed = norm(x, prefix + "input_layernorm.weight");
            double[][] x1 = add(x, attention.forward(normed, prefix + "self_attn."));
            double[][] h0 = norm(x1, prefix + "post_attention_layernorm.weight");
            x = feedForward(layer, x1, h0, routings);
        }
        double[][] last = norm(x, "model.norm.weight");
        return new Output(linear(last, weights.matrix("lm_head.weight")), routings);
    }

    private double[][] feedForward(
            int layer, double[][] x1, double[][] h0, List<List<ReferenceRouting>> routings) {
        return switch (ffn.layer(layer)) {
            case DecoderFfn.Dense(ReferenceExpert expert) -> {
                routings.add(List.of());
                yield add(x1, expert.forward(h0));
            }
            case DecoderFfn.Mixture(ReferenceMoe moe) -> {
                ReferenceMoe.Output out = moe.forward(h0);
                routings.add(List.of(out.routing()));
                yield add(x1, out.y());
            }
            case DecoderFfn.Chain(ReferenceChain chain) -> {
                ReferenceChain.Output out = chain.forward(h0);
                routings.add(out.routings());
                yield chain.block(x1, h0, out.y());
            }
        };
    }

    private double[][] norm(double[][] x, String weight) {
        return rmsNorm(x, weights.vector(weight), config.epsilon());
    }
}
