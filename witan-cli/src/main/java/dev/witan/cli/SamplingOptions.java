// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import dev.witan.model.sampling.SamplingSettings;

import picocli.CommandLine.Option;

/// The options that say how tokens are chosen; add it as a `@Mixin`.
final class SamplingOptions {
    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "Divides the logits; 0 always takes the likeliest token (default 0).")
    private double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Choose among the K likeliest tokens; 0 is all (default 0).")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description =
                    "Choose among the likeliest tokens that have probability P together"
                            + " (default 1).")
    private double topP = 1;

    @Option(
            names = "--min-p",
            paramLabel = "P",
            description = "Leave out tokens below P times the largest probability (default 0).")
    private double minP;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the random choices (default 0).")
    private long seed;

    /// How tokens are chosen.
    ///
    /// **Errors** a value out of range → [IllegalArgumentException].
    SamplingSettings settings() {
        return new SamplingSettings(temperature, topK, topP, minP);
    }

    long seed() {
        return seed;
    }
}
