// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import java.util.Arrays;

/// The balancing bias `[E]` that takes part in choosing experts and never in weighing them.
///
/// Moved between steps by the loss-free update, not by gradients. **Threads** reads during a pass,
/// writes between passes.
///
/// @see "Wang et al. 2024, Auxiliary-Loss-Free Load Balancing Strategy for Mixture-of-Experts"
public final class ExpertBias {
    private final float[] values;

    private ExpertBias(float[] values) {
        this.values = values;
    }

    /// No preference.
    public static ExpertBias zero(int experts) {
        return new ExpertBias(new float[experts]);
    }

    /// The given bias.
    public static ExpertBias of(float... values) {
        return new ExpertBias(values.clone());
    }

    /// Number of experts E.
    public int experts() {
        return values.length;
    }

    /// A copy of the values.
    public float[] values() {
        return values.clone();
    }

    /// Replaces all values.
    public void set(float[] replacement) {
        if (replacement.length != values.length) {
            throw new IllegalArgumentException(
                    "bias must have " + values.length + " values, had " + replacement.length);
        }
        System.arraycopy(replacement, 0, values, 0, values.length);
    }

    /// Adds `rate * sign(mean load - load_e)` to each value: experts with too few tokens become
    /// more likely to be chosen.
    public void update(int[] tokensPerExpert, double rate) {
        if (tokensPerExpert.length != values.length) {
            throw new IllegalArgumentException(
                    "load must have " + values.length + " experts, had " + tokensPerExpert.length);
        }
        double mean = Arrays.stream(tokensPerExpert).average().orElse(0);
        for (int e = 0; e < values.length; e++) {
            values[e] += (float) (rate * Math.signum(mean - tokensPerExpert[e]));
        }
    }

    /// Adds the bias to each row of `scores [T*E]`.
    void addTo(float[] scores) {
        for (int i = 0; i < scores.length; i++) {
            scores[i] += values[i % values.length];
        }
    }
}
