// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// AdamW's change of one piece of weights, in plain Java.
///
/// Additions, multiplications, divisions and square roots of IEEE single precision in one fixed
/// order, none fused: every machine, vector width and compiler gives the same bits, so that peers
/// which apply the same gradients hold the same weights. Memory is read and written once, in blocks
/// that stay in the first-level cache; the loop over Java arrays is one that the compiler turns
/// into vector instructions, which over two segments it does not, since they might overlap.
///
/// Needs no libtorch. **Threads** any; each call works on its own memory.
///
/// @see "Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization, Algorithm 2"
public final class AdamWKernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /// Elements per block: four arrays of them fill half a first-level cache.
    private static final int BLOCK = 1024;

    private AdamWKernel() {}

    /// Memory of one update: float32 each, all of one size.
    ///
    /// @param value weights, changed
    /// @param gradient gradient, set to zero
    /// @param mean running mean of the gradient, changed
    /// @param square running mean of its square, changed
    public record Target(
            MemorySegment value, MemorySegment gradient, MemorySegment mean, MemorySegment square) {
        /// Checks the sizes.
        public Target {
            long bytes = value.byteSize();
            if (gradient.byteSize() != bytes
                    || mean.byteSize() != bytes
                    || square.byteSize() != bytes
                    || bytes % Float.BYTES != 0) {
                throw new IllegalArgumentException(
                        "value, gradient, mean and square must be float32 of one size, had "
                                + bytes
                                + ", "
                                + gradient.byteSize()
                                + ", "
                                + mean.byteSize()
                                + " and "
                                + square.byteSize()
                                + " bytes");
            }
        }
    }

    /// The constants of one update, rounded to single precision once.
    ///
    /// @param gradientFactor what gradients are multiplied by
    /// @param decay what weights are multiplied by, `1 - learningRate * weightDecay`
    /// @param beta1 decay of the mean
    /// @param beta2 decay of the mean square
    /// @param stepSize `learningRate / (1 - beta1^step)`
    /// @param rootFactor `1 / sqrt(1 - beta2^step)`
    /// @param epsilon added to the root
    public record Constants(
            float gradientFactor,
            float decay,
            float beta1,
            float beta2,
            float stepSize,
            float rootFactor,
            float epsilon) {}

    /// Does one update.
    public static void update(Target target, Constants constants) {
        long size = target.value.byteSize() / Float.BYTES;
        int block = (int) Math.min(BLOCK, size);
        float[] value = new float[block];
        float[] gradient = new float[block];
        float[] mean = new float[block];
        float[] square = new float[block];
        for (long first = 0; first < size; first += block) {
            int count = (int) Math.min(block, size - first);
            long offset = first * Float.BYTES;
            MemorySegment.copy(target.value, FLOAT, offset, value, 0, count);
            MemorySegment.copy(target.gradient, FLOAT, offset, gradient, 0, count);
            MemorySegment.copy(target.mean, FLOAT, offset, mean, 0, count);
            MemorySegment.copy(target.square, FLOAT, offset, square, 0, count);
            moments(gradient, mean, square, count, constants);
            weights(value, mean, square, count, constants);
            MemorySegment.copy(value, 0, target.value, FLOAT, offset, count);
            MemorySegment.copy(mean, 0, target.mean, FLOAT, offset, count);
            MemorySegment.copy(square, 0, target.square, FLOAT, offset, count);
        }
        target.gradient.fill((byte) 0);
    }

    private static void moments(
            float[] gradient, float[] mean, float[] square, int count, Constants constants) {
        float factor = constants.gradientFactor;
        float rest1 = 1 - constants.beta1;
        float beta2 = constants.beta2;
        float rest2 = 1 - beta2;
        for (int i = 0; i < count; i++) {
            float g = gradient[i] * factor;
            mean[i] += rest1 * (g - mean[i]);
            square[i] = square[i] * beta2 + rest2 * g * g;
        }
    }

    private static void weights(
            float[] value, float[] mean, float[] square, int count, Constants constants) {
        float decay = constants.decay;
        float stepSize = constants.stepSize;
        float rootFactor = constants.rootFactor;
        float epsilon = constants.epsilon;
        for (int i = 0; i < count; i++) {
            float root = (float) Math.sqrt(square[i]) * rootFactor + epsilon;
            value[i] = value[i] * decay - stepSize * mean[i] / root;
        }
    }
}
