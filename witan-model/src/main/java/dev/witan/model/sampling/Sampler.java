// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.sampling;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Draws the next token from a vector of logits.
///
/// The filters run in the order of transformers: temperature, top-k, top-p, min-p, each on what the
/// one before left, renormalised. (llama.cpp applies the temperature last, so its top-p and min-p
/// see the untempered distribution.) Where probabilities tie at a border, the lower token ids stay;
/// transformers keeps all that tie with the k-th.
///
/// **Numerics** float64; one uniform number per draw, none for greedy choice, so a seed fixes the
/// sequence.
///
/// **Threads** one; the random generator is the sampler's only state.
///
/// **Source** top-p: Holtzman et al. 2020, "The curious case of neural text degeneration",
/// arXiv:1904.09751; min-p: Nguyen et al. 2024, "Turning up the heat", arXiv:2407.01082.
public final class Sampler {
    private static final String ALGORITHM = "L64X128MixRandom";

    private final SamplingSettings settings;
    private final RandomGenerator random;

    public Sampler(SamplingSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    /// A sampler with its own L64X128MixRandom (LXM family, `java.util.random`).
    public static Sampler seeded(SamplingSettings settings, long seed) {
        return new Sampler(
                settings, RandomGeneratorFactory.<RandomGenerator>of(ALGORITHM).create(seed));
    }

    /// The next token.
    ///
    /// **Shapes** `logits [V]`, V ≥ 1; -∞ forbids a token.
    ///
    /// **Errors** NaN, +∞ or nothing but -∞ → [InvalidLogitsException].
    public int sample(float[] logits) {
        if (settings.greedy()) {
            return Candidates.largest(logits);
        }
        Candidates candidates = candidates(logits);
        double left = random.nextDouble() * candidates.total();
        int last = candidates.id(0);
        for (int i = 0; i < candidates.count(); i++) {
            double weight = candidates.weight(i);
            if (weight > 0) {
                last = candidates.id(i);
                left -= weight;
                if (left < 0) {
                    return last;
                }
            }
        }
        return last; // rounding can leave a rest of the last bit
    }

    /// The probabilities with which [#sample] draws; consumes no random number.
    ///
    /// **Shapes** `logits [V]` → `[V]`, sums to 1 to rounding.
    ///
    /// **Errors** as [#sample].
    public double[] distribution(float[] logits) {
        double[] probabilities = new double[logits.length];
        if (settings.greedy()) {
            probabilities[Candidates.largest(logits)] = 1;
            return probabilities;
        }
        Candidates candidates = candidates(logits);
        double total = candidates.total();
        for (int i = 0; i < candidates.count(); i++) {
            probabilities[candidates.id(i)] = candidates.weight(i) / total;
        }
        return probabilities;
    }

    private Candidates candidates(float[] logits) {
        var candidates = new Candidates(logits, settings.temperature());
        if (settings.topK() > 0) {
            candidates.keepTopK(settings.topK());
        }
        if (settings.topP() < 1) {
            candidates.keepTopP(settings.topP());
        }
        if (settings.minP() > 0) {
            candidates.keepMinP(settings.minP());
        }
        return candidates;
    }
}
