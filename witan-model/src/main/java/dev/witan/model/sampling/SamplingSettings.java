// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.sampling;

/// How the next token is chosen from the logits.
///
/// @param temperature divides the logits; 0 takes the largest logit
/// @param topK how many tokens stay; 0 keeps all
/// @param topP the smallest set of tokens with at least this probability stays; 1 keeps all
/// @param minP tokens below this share of the largest probability go; 0 keeps all
public record SamplingSettings(double temperature, int topK, double topP, double minP) {
    /// The largest logit, ties to the lower token id.
    public static final SamplingSettings GREEDY = new SamplingSettings(0, 0, 1, 0);

    /// The model's own distribution.
    public static final SamplingSettings PLAIN = new SamplingSettings(1, 0, 1, 0);

    public SamplingSettings {
        if (!(temperature >= 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException(
                    "temperature must be finite and at least 0, was " + temperature);
        }
        if (topK < 0) {
            throw new IllegalArgumentException(
                    "topK must be at least 1, or 0 to keep all tokens, was " + topK);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("topP must be in (0, 1], was " + topP);
        }
        if (!(minP >= 0 && minP <= 1)) {
            throw new IllegalArgumentException("minP must be in [0, 1], was " + minP);
        }
    }

    public boolean greedy() {
        return temperature == 0;
    }

    public SamplingSettings withTemperature(double value) {
        return new SamplingSettings(value, topK, topP, minP);
    }

    public SamplingSettings withTopK(int value) {
        return new SamplingSettings(temperature, value, topP, minP);
    }

    public SamplingSettings withTopP(double value) {
        return new SamplingSettings(temperature, topK, value, minP);
    }

    public SamplingSettings withMinP(double value) {
        return new SamplingSettings(temperature, topK, topP, value);
    }
}
