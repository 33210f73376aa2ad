// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.layer;

import java.util.Arrays;

/// The size of a layer of SwiGLU experts and of the batch it gets.
///
/// Counted is the work that the mathematics asks for: the gate's and the experts' products, at two
/// operations per multiply and add. Activations, routing and combining are not counted, nor is
/// anything that an implementation computes twice.
///
/// @param tokens T
/// @param modelWidth D
/// @param experts E
/// @param expertWidth F
/// @param topK K
record LayerShape(int tokens, int modelWidth, int experts, int expertWidth, int topK) {
    private static final int PARTS = 5;

    LayerShape {
        if (Math.min(Math.min(tokens, modelWidth), Math.min(experts, expertWidth)) < 1) {
            throw new IllegalArgumentException("sizes of a layer must be at least 1");
        }
        if (topK < 1 || topK > experts) {
            throw new IllegalArgumentException("topK must be in [1, " + experts + "], was " + topK);
        }
    }

    /// The shape written as `TOKENSxWIDTHxEXPERTSxEXPERTWIDTHxTOPK`.
    static LayerShape parse(String text) {
        String[] parts = text.split("x", -1);
        if (parts.length != PARTS) {
            throw new IllegalArgumentException(
                    "shape must be TOKENSxWIDTHxEXPERTSxEXPERTWIDTHxTOPK, was " + text);
        }
        int[] sizes = Arrays.stream(parts).mapToInt(Integer::parseInt).toArray();
        return new LayerShape(sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]);
    }

    /// Floating-point operations of a forward pass: `2 T D (E + 3 K F)`.
    long forwardFlops() {
        long perElement = experts + 3L * topK * expertWidth;
        return Math.multiplyExact(2L * tokens * modelWidth, perElement);
    }

    /// Floating-point operations of a forward and a backward pass: each product of the former has
    /// two in the latter, one for each operand's gradient.
    long forwardAndBackwardFlops() {
        return Math.multiplyExact(3, forwardFlops());
    }
}
