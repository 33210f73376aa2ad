// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.generation;

import dev.witan.model.sampling.SamplingSettings;

/// How a text is generated.
///
/// @param sampling how each token is chosen
/// @param seed fixes all random choices
/// @param maxTokens most tokens to generate
public record GenerationSettings(SamplingSettings sampling, long seed, int maxTokens) {
    /// Checks the number of tokens.
    public GenerationSettings {
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens must be >= 1, was " + maxTokens);
        }
    }

    /// At most `maxTokens` tokens, each the likeliest.
    public static GenerationSettings greedy(int maxTokens) {
        return new GenerationSettings(SamplingSettings.GREEDY, 0, maxTokens);
    }
}
