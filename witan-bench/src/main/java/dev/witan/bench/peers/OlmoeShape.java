// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import java.util.ArrayList;
import java.util.List;

/// The sizes of an OLMoE decoder (Muennighoff et al. 2024): multi-head attention with a norm over
/// the whole query and key projection, and routed SwiGLU experts in every layer.
///
/// @param expertWidth hidden width of one expert
public record OlmoeShape(
        int layers, int hidden, int heads, int experts, int expertWidth, int topK, int vocabulary) {
    /// The model that every system of the comparison trains: 37.8 million parameters.
    public static final OlmoeShape REFERENCE = new OlmoeShape(4, 256, 4, 64, 176, 8, 4096);

    /// A weight by its published name.
    ///
    /// @param norm whether it scales a normalised vector and so starts at one
    public record Weight(String name, List<Integer> shape, boolean norm) {
        public Weight {
            shape = List.copyOf(shape);
        }

        /// Number of elements.
        public int size() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }

    /// All weights in the order of the layers, each expert's matrices on their own, as `[rows out,
    /// columns in]`.
    public List<Weight> weights() {
        var weights = new ArrayList<Weight>();
        weights.add(matrix("model.embed_tokens", vocabulary, hidden));
        for (int layer = 0; layer < layers; layer++) {
            addLayer(weights, "model.layers." + layer + ".");
        }
        weights.add(norm("model.norm"));
        weights.add(matrix("lm_head", vocabulary, hidden));
        return List.copyOf(weights);
    }

    private void addLayer(List<Weight> weights, String layer) {
        for (String projection : List.of("q_proj", "k_proj", "v_proj", "o_proj")) {
            weights.add(matrix(layer + "self_attn." + projection, hidden, hidden));
        }
        weights.add(norm(layer + "self_attn.q_norm"));
        weights.add(norm(layer + "self_attn.k_norm"));
        weights.add(norm(layer + "input_layernorm"));
        weights.add(norm(layer + "post_attention_layernorm"));
        weights.add(matrix(layer + "mlp.gate", experts, hidden));
        for (int expert = 0; expert < experts; expert++) {
            String prefix = layer + "mlp.experts." + expert + ".";
            weights.add(matrix(prefix + "gate_proj", expertWidth, hidden));
            weights.add(matrix(prefix + "up_proj", expertWidth, hidden));
            weights.add(matrix(prefix + "down_proj", hidden, expertWidth));
        }
    }

    private static Weight matrix(String module, int out, int in) {
        return new Weight(module + ".weight", List.of(out, in), false);
    }

    private Weight norm(String module) {
        return new Weight(module + ".weight", List.of(hidden), true);
    }
}
