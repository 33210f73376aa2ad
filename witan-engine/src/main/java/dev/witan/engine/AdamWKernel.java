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

    private static final int LANES = 8;

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
            float epsilon) {
        /// The constants of step `step`, counted from 1.
        ///
        /// @param gradientDivisor what gradients are divided by, above 1 where the norm is clipped
        public static Constants of(Hyperparameters values, double gradientDivisor, long step) {
            double steps = step;
            return new Constants(
                    (float) (1 / gradientDivisor),
                    (float) (1 - values.learningRate * values.weightDecay),
                    (float) values.beta1,
                    (float) values.beta2,
                    (float) (values.learningRate / (1 - Math.pow(values.beta1, steps))),
                    (float) (1 / Math.sqrt(1 - Math.pow(values.beta2, steps))),
                    (float) values.epsilon);
        }
    }

    /// What people set.
    public record Hyperparameters(
            double learningRate, double weightDecay, double beta1, double beta2, double epsilon) {}

    /// The sum of the squares of float32 values, for the norm of a gradient.
    ///
    /// Float64 sums of every eighth value each, added in ascending order at the end: the same bits
    /// everywhere, and without one chain of dependent additions.
    public static double sumOfSquares(MemorySegment values) {
        long size = values.byteSize() / Float.BYTES;
        double[] sums = new double[LANES];
        float[] part = new float[(int) Math.min(BLOCK, size)];
        for (long first = 0; first < size; first += BLOCK) {
            int count = (int) Math.min(BLOCK, size - first);
            MemorySegment.copy(values, FLOAT, first * Float.BYTES, part, 0, count);
            addSquares(part, count, sums);
        }
        double sum = 0;
        for (double lane : sums) {
            sum += lane;
        }
        return sum;
    }

    private static void addSquares(float[] values, int count, double[] sums) {
        double s0 = sums[0];
        double s1 = sums[1];
        double s2 = sums[2];
        double s3 = sums[3];
        double s4 = sums[4];
        double s5 = sums[5];
        double s6 = sums[6];
        double s7 = sums[7];
        int whole = count / LANES * LANES;
        for (int i = 0; i < whole; i += LANES) {
            s0 += square(values[i]);
            s1 += square(values[i + 1]);
            s2 += square(values[i + 2]);
            s3 += square(values[i + 3]);
            s4 += square(values[i + 4]);
            s5 += square(values[i + 5]);
            s6 += square(values[i + 6]);
            s7 += square(values[i + 7]);
        }
        sums[0] = s0;
        sums[1] = s1;
        sums[2] = s2;
        sums[3] = s3;
        sums[4] = s4;
        sums[5] = s5;
        sums[6] = s6;
        sums[7] = s7;
        for (int i = whole; i < count; i++) {
            sums[i - whole] += square(values[i]);
        }
    }

    private static double square(double value) {
        return value * value;
    }

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
