// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.layer.ChainConfig;
import dev.witan.moe.router.ExpertGroups;
import dev.witan.moe.router.TopKRouterConfig;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A model's configuration as `config.json`, exactly: what is written is read back equal.
///
/// Keys are those of the Hugging Face families where they have one; the rest is in the object
/// `witan`, whose keys are checked. Other keys beside it are left to whoever wrote them.
final class ModelConfigJson {
    static final String MODEL_TYPE = "witan";

    /// Raised when the meaning of a key changes.
    private static final int FORMAT = 1;

    /// Bounds the tables of positions, the only memory that the weights do not account for.
    private static final int CONTEXT_MAX = 1 << 20;

    private ModelConfigJson() {}

    static ObjectNode write(ModelConfig config) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("model_type", MODEL_TYPE).put("dtype", "float32").put("hidden_act", "silu");
        root.put("vocab_size", config.vocabulary());
        root.put("hidden_size", config.hidden());
        root.put("num_hidden_layers", config.layers());
        root.put("num_attention_heads", config.heads());
        root.put("num_key_value_heads", config.keyValueHeads());
        root.put("head_dim", config.headWidth());
        root.put("max_position_embeddings", config.context());
        root.put("rope_theta", config.ropeTheta());
        root.put("rms_norm_eps", config.normEpsilon());
        root.put("tie_word_embeddings", config.tiedEmbeddings());
        root.put("initializer_range", config.initDeviation());
        FeedForwardConfig part = config.feedForward();
        root.put(widthKey(part.kind()), part.width());
        writeRouter(root, part);
        root.put("inner_iter", part.chain().iterations());
        root.put("use_igate", part.chain().gatePerIteration());
        root.put("inner_residual", part.chain().innerResidual());
        root.put("outer_residual", part.chain().outerResidual());
        ObjectNode own = root.putObject(MODEL_TYPE);
        own.put("format", FORMAT);
        own.put("feed_forward", JsonSettings.spelling(part.kind()));
        own.put("query_key_norm", config.queryKeyNorm());
        own.put("group_score", JsonSettings.spelling(part.router().groups().score()));
        own.put("selection_bias", part.router().selectionBias());
        own.put("shared_expert_gated", part.sharedGated());
        own.put("capacity_factor", part.capacityFactor());
        own.put("shared_expert_runs", JsonSettings.spelling(part.chain().shared()));
        own.put("chain_block", JsonSettings.spelling(part.chain().block()));
        writeBalance(own.putObject("balance"), part.balance());
        return root;
    }

    private static String widthKey(FeedForwardConfig.Kind kind) {
        return switch (kind) {
            case DENSE -> "intermediate_size";
            case MOE, CHAIN -> "moe_intermediate_size";
        };
    }

    private static void writeRouter(ObjectNode root, FeedForwardConfig part) {
        TopKRouterConfig router = part.router();
        root.put("n_routed_experts", router.experts());
        root.put("num_experts_per_tok", router.topK());
        root.put("scoring_func", JsonSettings.spelling(router.score()));
        root.put("norm_topk_prob", router.normTopK());
        root.put("routed_scaling_factor", router.scalingFactor());
        root.put("n_group", router.groups().groups());
        root.put("topk_group", router.groups().topGroups());
        root.put("router_jitter_noise", router.inputJitter());
        root.put("shared_expert_intermediate_size", part.sharedWidth());
    }

    private static void writeBalance(ObjectNode node, BalanceConfig balance) {
        node.put("first_choice", balance.firstChoice());
        node.put("expert_level", balance.expertLevel());
        node.put("device_level", balance.deviceLevel());
        node.put("communication", balance.communication());
        node.put("devices", balance.devices());
        node.put("devices_max", balance.devicesMax());
        node.put("sequence_level", balance.sequenceLevel());
        node.put("normalised_sequence", balance.normalisedSequence());
        node.put("router_z", balance.routerZ());
        node.put("own_losses", balance.ownLosses());
        node.put("pooled", balance.pooled());
        node.put("bias_update_rate", balance.biasUpdateRate());
    }

    /// **Errors** [IllegalArgumentException] naming a missing, unknown, mistyped or impossible
    /// value.
    static ModelConfig read(JsonNode json) {
        var root = new JsonSettings("", json);
        String type = root.text("model_type");
        if (!type.equals(MODEL_TYPE)) {
            throw new IllegalArgumentException(
                    "model_type must be " + MODEL_TYPE + ", other families cannot be loaded yet");
        }
        JsonSettings own = root.object(MODEL_TYPE);
        int format = own.integer("format");
        if (format != FORMAT) {
            throw new IllegalArgumentException(
                    "witan.format must be " + FORMAT + " for this version, was " + format);
        }
        int context = root.integer("max_position_embeddings");
        if (context > CONTEXT_MAX) {
            throw new IllegalArgumentException(
                    "max_position_embeddings must be at most " + CONTEXT_MAX + ", was " + context);
        }
        var config =
                new ModelConfig(
                        root.integer("vocab_size"),
                        root.integer("num_hidden_layers"),
                        root.integer("hidden_size"),
                        root.integer("num_attention_heads"),
                        root.integer("num_key_value_heads"),
                        root.integer("head_dim"),
                        context,
                        root.number("rope_theta"),
                        root.number("rms_norm_eps"),
                        own.flag("query_key_norm"),
                        root.flag("tie_word_embeddings"),
                        root.number("initializer_range"),
                        readFeedForward(root, own));
        own.refuseOthers();
        return config;
    }

    private static FeedForwardConfig readFeedForward(JsonSettings root, JsonSettings own) {
        var kind = own.choice("feed_forward", FeedForwardConfig.Kind.values());
        return new FeedForwardConfig(
                kind,
                root.integer(widthKey(kind)),
                readRouter(root, own),
                root.integer("shared_expert_intermediate_size"),
                own.flag("shared_expert_gated"),
                own.number("capacity_factor"),
                new ChainConfig(
                        root.integer("inner_iter"),
                        root.flag("use_igate"),
                        root.flag("inner_residual"),
                        root.flag("outer_residual"),
                        own.choice("shared_expert_runs", ChainConfig.Shared.values()),
                        own.choice("chain_block", ChainConfig.Block.values())),
                readBalance(own.object("balance")));
    }

    private static TopKRouterConfig readRouter(JsonSettings root, JsonSettings own) {
        return new TopKRouterConfig(
                root.integer("n_routed_experts"),
                root.integer("num_experts_per_tok"),
                root.choice("scoring_func", TopKRouterConfig.Score.values()),
                root.flag("norm_topk_prob"),
                root.number("routed_scaling_factor"),
                new ExpertGroups(
                        root.integer("n_group"),
                        root.integer("topk_group"),
                        own.choice("group_score", ExpertGroups.Score.values())),
                own.flag("selection_bias"),
                root.number("router_jitter_noise"));
    }

    private static BalanceConfig readBalance(JsonSettings node) {
        var balance =
                new BalanceConfig(
                        node.number("first_choice"),
                        node.number("expert_level"),
                        node.number("device_level"),
                        node.number("communication"),
                        node.integer("devices"),
                        node.integer("devices_max"),
                        node.number("sequence_level"),
                        node.flag("normalised_sequence"),
                        node.number("router_z"),
                        node.number("own_losses"),
                        node.number("pooled"),
                        node.number("bias_update_rate"));
        node.refuseOthers();
        return balance;
    }
}
