// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.golden;

import tools.jackson.databind.JsonNode;

/// The keys of a `config.json` that the families have in common, and the rest of it.
record DecoderConfig(
        Family family, int layers, int heads, double epsilon, double theta, JsonNode json) {

    enum Family {
        MIXTRAL,
        QWEN3_MOE,
        DEEPSEEK,
        DEEPSEEK_V3,
        COE_DEEPSEEKV2
    }

    static DecoderConfig of(JsonNode json) {
        Family family =
                switch (json.path("model_type").asString()) {
                    case "mixtral" -> Family.MIXTRAL;
                    case "qwen3_moe" -> Family.QWEN3_MOE;
                    case "deepseek" -> Family.DEEPSEEK;
                    case "deepseek_v3" -> Family.DEEPSEEK_V3;
                    case "coe_deepseekv2" -> Family.COE_DEEPSEEKV2;
                    case String other ->
                            throw new IllegalArgumentException(
                                    "model_type " + other + " has no reference");
                };
        JsonNode rope = json.path("rope_parameters");
        String ropeType = rope.path("rope_type").asString("default");
        if (!ropeType.equals("default") || json.path("rope_scaling").isObject()) {
            throw new IllegalArgumentException("rope_type must be default, was " + ropeType);
        }
        return new DecoderConfig(
                family,
                required(json, "num_hidden_layers").asInt(),
                required(json, "num_attention_heads").asInt(),
                required(json, "rms_norm_eps").asDouble(),
                rope.isObject()
                        ? required(rope, "rope_theta").asDouble()
                        : required(json, "rope_theta").asDouble(),
                json);
    }

    int integer(String key) {
        return required(json, key).asInt();
    }

    boolean flag(String key) {
        return required(json, key).asBoolean();
    }

    double number(String key) {
        return required(json, key).asDouble();
    }

    private static JsonNode required(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (value.isMissingNode() || value.isNull()) {
            throw new IllegalArgumentException("config.json must have " + key);
        }
        return value;
    }
}
