// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.moe.expert.ExpertKernel;
import dev.witan.moe.expert.SwiGluKernel;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// The names and shapes of a model's weights, from its configuration alone: nothing is allocated.
///
/// Names and order are those of [ModelWeights#values], so a file can be checked before memory is
/// taken for it, and a model too large for this machine can be counted.
public final class ParameterShapes {
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String HEAD = "lm_head.weight";

    private final ModelConfig config;
    private final Optional<MlaShape> latent;
    private final SequencedMap<String, long[]> shapes = new LinkedHashMap<>();

    private ParameterShapes(ModelConfig config, Optional<MlaShape> latent) {
        this.config = config;
        this.latent = latent;
    }

    /// The weights of a model.
    public static SequencedMap<String, long[]> of(ModelConfig config) {
        return new ParameterShapes(config, Optional.empty()).collect();
    }

    /// The weights of a model with multi-head latent attention in place of grouped queries; the key
    /// heads, head width and query-key norm of `config` are not used.
    public static SequencedMap<String, long[]> of(ModelConfig config, MlaShape attention) {
        return new ParameterShapes(config, Optional.of(attention)).collect();
    }

    /// Number of weights.
    public static long count(Map<String, long[]> shapes) {
        return shapes.values().stream().mapToLong(ParameterShapes::product).sum();
    }

    /// Number of weights outside embedding and output head; norms and gates count.
    public static long nonEmbeddingCount(Map<String, long[]> shapes) {
        return shapes.entrySet().stream()
                .filter(e -> !e.getKey().equals(EMBEDDING) && !e.getKey().equals(HEAD))
                .mapToLong(e -> product(e.getValue()))
                .sum();
    }

    /// A lower bound of the number of weight tensors, cheap for any configuration.
    static long tensorsAtLeast(ModelConfig config) {
        FeedForwardConfig part = config.feedForward();
        boolean dense = part.kind() == FeedForwardConfig.Kind.DENSE;
        return config.layers() * 3L * (dense ? 1 : part.router().experts());
    }

    private static long product(long[] shape) {
        long product = 1;
        for (long size : shape) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }

    private SequencedMap<String, long[]> collect() {
        put(EMBEDDING, config.vocabulary(), config.hidden());
        for (int l = 0; l < config.layers(); l++) {
            String layer = "model.layers." + l;
            if (latent.isPresent()) {
                latentAttention(layer + ".self_attn.", latent.get());
            } else {
                attention(layer + ".self_attn.");
            }
            put(layer + ".input_layernorm.weight", config.hidden());
            put(layer + ".post_attention_layernorm.weight", config.hidden());
            trunkOf(layer + ".mlp");
        }
        put("model.norm.weight", config.hidden());
        if (!config.tiedEmbeddings()) {
            put(HEAD, config.vocabulary(), config.hidden());
        }
        if (config.feedForward().kind() != FeedForwardConfig.Kind.DENSE) {
            for (int l = 0; l < config.layers(); l++) {
                experts("model.layers." + l + ".mlp.experts.");
            }
        }
        return shapes;
    }

    private void attention(String prefix) {
        long queryWidth = (long) config.heads() * config.headWidth();
        long keyWidth = (long) config.keyValueHeads() * config.headWidth();
        put(prefix + "q_proj.weight", queryWidth, config.hidden());
        put(prefix + "k_proj.weight", keyWidth, config.hidden());
        put(prefix + "v_proj.weight", keyWidth, config.hidden());
        put(prefix + "o_proj.weight", config.hidden(), queryWidth);
        if (config.queryKeyNorm()) {
            put(prefix + "q_norm.weight", queryWidth);
            put(prefix + "k_norm.weight", keyWidth);
        }
    }

    private void latentAttention(String prefix, MlaShape shape) {
        long heads = config.heads();
        long queryWidth = heads * (shape.nopeWidth() + shape.ropeWidth());
        if (shape.queryRank().isPresent()) {
            long rank = shape.queryRank().getAsInt();
            put(prefix + "q_a_proj.weight", rank, config.hidden());
            put(prefix + "q_a_layernorm.weight", rank);
            put(prefix + "q_b_proj.weight", queryWidth, rank);
        } else {
            put(prefix + "q_proj.weight", queryWidth, config.hidden());
        }
        put(
                prefix + "kv_a_proj_with_mqa.weight",
                (long) shape.keyValueRank() + shape.ropeWidth(),
                config.hidden());
        put(prefix + "kv_a_layernorm.weight", shape.keyValueRank());
        put(
                prefix + "kv_b_proj.weight",
                heads * (shape.nopeWidth() + shape.valueWidth()),
                shape.keyValueRank());
        put(prefix + "o_proj.weight", config.hidden(), heads * shape.valueWidth());
    }

    /// What of the feed-forward part belongs to the trunk: gates and shared expert, or a dense
    /// network.
    private void trunkOf(String prefix) {
        FeedForwardConfig part = config.feedForward();
        if (part.kind() == FeedForwardConfig.Kind.DENSE) {
            swiGlu(prefix + ".", part.width());
            return;
        }
        boolean gates =
                part.kind() == FeedForwardConfig.Kind.CHAIN && part.chain().gatePerIteration();
        for (int t = 0; t < (gates ? part.iterations() : 1); t++) {
            put(
                    prefix + (gates ? ".gate." + t : ".gate") + ".weight",
                    part.router().experts(),
                    config.hidden());
            if (t == 0) {
                sharedExpert(prefix);
            }
        }
    }

    private void sharedExpert(String prefix) {
        FeedForwardConfig part = config.feedForward();
        if (part.sharedWidth() > 0) {
            String name = prefix + (part.sharedGated() ? ".shared_expert" : ".shared_experts");
            swiGlu(name + ".", part.sharedWidth());
            if (part.sharedGated()) {
                put(name + "_gate.weight", 1, config.hidden());
            }
        }
    }

    private void experts(String prefix) {
        for (int e = 0; e < config.feedForward().router().experts(); e++) {
            swiGlu(prefix + e + ".", config.feedForward().width());
        }
    }

    private void swiGlu(String prefix, int width) {
        for (ExpertKernel.Shape shape : new SwiGluKernel(config.hidden(), width).shapes()) {
            put(prefix + shape.name(), shape.rows(), shape.columns());
        }
    }

    private void put(String name, long... shape) {
        shapes.put(name, shape);
    }
}
