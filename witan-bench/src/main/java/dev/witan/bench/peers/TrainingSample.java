// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import java.util.List;

/// What one training process reported: the part of its JSON document that the comparison reads.
///
/// @param system name and version, `witan...` for our own
/// @param form how the experts are held and computed: `separate`, `fused, eager`, `fused,
///   grouped_mm` or `explicit`
/// @param kernels number format of the experts' arithmetic, `float32` or `bf16`
/// @param warmup number of first steps that the speed leaves out
/// @param lmLoss nats per token before each step, without the auxiliary loss
/// @param seconds duration of each step
/// @param peakRssBytes largest resident memory of the process
public record TrainingSample(
        String system,
        String form,
        String kernels,
        int warmup,
        int tokensPerStep,
        List<Double> lmLoss,
        List<Double> seconds,
        long peakRssBytes) {
    public TrainingSample {
        lmLoss = List.copyOf(lmLoss);
        seconds = List.copyOf(seconds);
        if (warmup < 0 || warmup >= seconds.size()) {
            throw new IllegalArgumentException(
                    "warmup must be in [0, %d), was %d".formatted(seconds.size(), warmup));
        }
        if (lmLoss.size() != seconds.size()) {
            throw new IllegalArgumentException(
                    "lmLoss must have %d values like seconds, had %d"
                            .formatted(seconds.size(), lmLoss.size()));
        }
    }

    /// Whether our own side ran.
    public boolean witan() {
        return system.startsWith("witan");
    }

    /// One line for tables.
    public String name() {
        return "%s, %s, %s".formatted(system, form, kernels);
    }

    /// Tokens per second of the median step after the warm-up.
    public double tokensPerSecond() {
        double[] timed = seconds.stream().skip(warmup).mapToDouble(Double::doubleValue).toArray();
        return tokensPerStep / OrderStatistics.of(timed).median();
    }
}
