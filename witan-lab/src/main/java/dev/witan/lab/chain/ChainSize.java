// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

/// Size and work of a system, counted exactly from its shape.
///
/// FLOPs are those of matrix products, a multiplication and an addition each; a backward pass takes
/// twice the forward pass. Attention counts the (S + 1) / 2 keys that a token sees on average.
/// Norms, activations, softmax, rotary positions and the optimiser are left out.
///
/// @param parameters all of them
/// @param nonEmbedding without embedding and output head
/// @param active non-embedding parameters a token can meet: C·K routed experts and the shared one
/// @param trainingBytes float32 weights, gradients and the two moments of AdamW
/// @param trainingFlops FLOPs per token, forward and backward
public record ChainSize(
        long parameters, long nonEmbedding, long active, long trainingBytes, long trainingFlops) {
    private static final int BYTES_PER_PARAMETER = 4 * Float.BYTES;

    /// The size of a system.
    public static ChainSize of(ChainSystem system, ChainShape shape) {
        long d = shape.hidden();
        long expert = 3 * d * system.width();
        long gates = system.gates() * d * system.routedExperts();
        long attention = 4 * d * d;
        long norms = 2 * d;
        long embedding = shape.vocabulary() * d;
        long without = attention + norms + gates;
        long met =
                Math.min(
                        system.routedExperts(), (long) system.chain().iterations() * system.topK());
        long nonEmbedding = system.layers() * (without + system.experts() * expert) + d;
        long active = system.layers() * (without + (met + 1) * expert) + d;
        long parameters = nonEmbedding + 2 * embedding;
        long routing = 2L * system.chain().iterations() * d * system.routedExperts();
        long layer =
                2 * attention
                        + 2 * d * (shape.context() + 1)
                        + routing
                        + 2L * system.expertPasses() * expert;
        long forward = system.layers() * layer + 2 * embedding;
        return new ChainSize(
                parameters, nonEmbedding, active, parameters * BYTES_PER_PARAMETER, 3 * forward);
    }
}
