// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Parameter;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;

import org.bytedeco.pytorch.Tensor;

import java.util.LinkedHashMap;
import java.util.Map;

/// The weights of a model by their names in checkpoints, as views: writing to one changes the
/// model.
///
/// Names are those of the Hugging Face families: `model.layers.0.self_attn.q_proj.weight`,
/// `model.layers.0.mlp.experts.5.gate_proj.weight`, and `model.layers.0.mlp.gate.1.weight` for the
/// gate of a chain's second iteration.
public final class ModelWeights {
    private static final String FUSED = ".qkv_proj.weight";

    private ModelWeights() {}

    /// All values.
    public static Map<String, Tensor> values(DecoderModel model) {
        return named(model, false);
    }

    /// All gradients, by the same names.
    public static Map<String, Tensor> gradients(DecoderModel model) {
        return named(model, true);
    }

    private static Map<String, Tensor> named(DecoderModel model, boolean gradients) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        for (Parameter parameter : model.trunk()) {
            Tensor tensor = gradients ? parameter.gradient() : parameter.value().detach();
            if (parameter.name().endsWith(FUSED)) {
                split(named, model.config(), parameter.name(), tensor);
            } else {
                named.put(parameter.name(), tensor);
            }
        }
        for (LocalExperts experts : model.localExperts()) {
            ExpertParameters parameters = experts.parameters();
            for (int e = 0; e < parameters.experts(); e++) {
                String prefix = parameters.parameter().name() + "." + e + ".";
                Map<String, Tensor> matrices =
                        gradients ? parameters.gradients(e) : parameters.matrices(e);
                matrices.forEach((name, matrix) -> named.put(prefix + name, matrix));
            }
        }
        return named;
    }

    private static void split(
            Map<String, Tensor> named, ModelConfig config, String name, Tensor fused) {
        String prefix = name.substring(0, name.length() - FUSED.length());
        long queryWidth = (long) config.heads() * config.headWidth();
        long keyWidth = (long) config.keyValueHeads() * config.headWidth();
        named.put(prefix + ".q_proj.weight", fused.narrow(0, 0, queryWidth));
        named.put(prefix + ".k_proj.weight", fused.narrow(0, queryWidth, keyWidth));
        named.put(prefix + ".v_proj.weight", fused.narrow(0, queryWidth + keyWidth, keyWidth));
    }

    /// Number of weights outside embedding and output head.
    public static long nonEmbeddingCount(Map<String, Tensor> weights) {
        return weights.entrySet().stream()
                .filter(e -> !e.getKey().equals("model.embed_tokens.weight"))
                .filter(e -> !e.getKey().equals("lm_head.weight"))
                .mapToLong(e -> e.getValue().numel())
                .sum();
    }
}
