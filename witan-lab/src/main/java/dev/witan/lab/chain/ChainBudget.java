// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import java.util.List;
import java.util.stream.LongStream;

/// What is trained, how long, and which differences are reported; fixed before the first run.
///
/// @param name its name on the command line
/// @param shape of every model
/// @param tokens training tokens of a run; rounded up to whole steps
/// @param batchSize rows per step
/// @param learningRate after a warm-up over a tenth of the steps; the same for every system
/// @param evaluations measurements along a run, the last one at its end
/// @param validationBytes size of the generated validation text, and how much of a validation file
///   is measured, in windows spread evenly over it
/// @param seeds of initial weights, training text and its order; every system has each of them
/// @param systems what is trained
/// @param comparisons differences that are reported
/// @param groups charts
public record ChainBudget(
        String name,
        ChainShape shape,
        long tokens,
        int batchSize,
        double learningRate,
        int evaluations,
        int validationBytes,
        List<Long> seeds,
        List<ChainSystem> systems,
        List<ChainComparison> comparisons,
        List<ChainGroup> groups) {
    private static final int SEEDS_MAX = 100;

    /// The generated text of a run is an array.
    private static final long TOKENS_MAX = 1_000_000_000;

    public ChainBudget {
        if (tokens < 1 || tokens > TOKENS_MAX) {
            throw new IllegalArgumentException(
                    "tokens must be in [1, " + TOKENS_MAX + "], was " + tokens);
        }
        if (batchSize < 1 || evaluations < 1 || validationBytes < 2) {
            throw new IllegalArgumentException(
                    "batchSize and evaluations must be at least 1 and validationBytes at least 2,"
                            + " were %d, %d and %d"
                                    .formatted(batchSize, evaluations, validationBytes));
        }
        seeds = List.copyOf(seeds);
        systems = List.copyOf(systems);
        comparisons = List.copyOf(comparisons);
        groups = List.copyOf(groups);
        if (systems.stream().map(ChainSystem::name).distinct().count() != systems.size()) {
            throw new IllegalArgumentException("systems must have different names");
        }
    }

    /// 18 runs of 0.8 M tokens: at most 90 minutes of processor time.
    public static ChainBudget small() {
        return new ChainBudget(
                "small",
                ChainShape.NANO,
                800_000,
                8,
                1e-3,
                8,
                20_480,
                List.of(1L, 2L, 3L),
                ChainSystems.small(),
                ChainSystems.smallComparisons(),
                ChainSystems.smallGroups());
    }

    /// 60 runs of 8 M tokens: about a day.
    public static ChainBudget paperNano() {
        return new ChainBudget(
                "paper-nano",
                ChainShape.NANO,
                8_000_000,
                8,
                1e-3,
                20,
                65_536,
                List.of(1L, 2L, 3L),
                ChainSystems.paperNano(),
                ChainSystems.paperNanoComparisons(),
                ChainSystems.paperNanoGroups());
    }

    /// A copy with the seeds 1 to `count`.
    ///
    /// Errors: a count outside [1, 100] is an `IllegalArgumentException`.
    public ChainBudget withSeeds(int count) {
        if (count < 1 || count > SEEDS_MAX) {
            throw new IllegalArgumentException(
                    "seeds must be in [1, " + SEEDS_MAX + "], was " + count);
        }
        return withSeeds(LongStream.rangeClosed(1, count).boxed().toList());
    }

    private ChainBudget withSeeds(List<Long> others) {
        return new ChainBudget(
                name,
                shape,
                tokens,
                batchSize,
                learningRate,
                evaluations,
                validationBytes,
                others,
                systems,
                comparisons,
                groups);
    }

    /// A copy with runs of another length.
    ///
    /// Errors: a count outside [1, 10^9] is an `IllegalArgumentException`.
    public ChainBudget withTokens(long other) {
        return new ChainBudget(
                name,
                shape,
                other,
                batchSize,
                learningRate,
                evaluations,
                validationBytes,
                seeds,
                systems,
                comparisons,
                groups);
    }

    /// Tokens per step.
    public long tokensPerStep() {
        return (long) batchSize * shape.context();
    }

    /// Steps of a run.
    public int steps() {
        return Math.toIntExact(Math.ceilDiv(tokens, tokensPerStep()));
    }

    /// Bytes of training text from which one run takes every window once, so less than an epoch.
    int trainingBytes() {
        long windows = (long) steps() * batchSize + 1;
        return Math.toIntExact(windows * shape.context() + 1);
    }

    /// Windows, overlapping by half, of the validation text.
    int validationWindows() {
        return Math.max(1, Math.ceilDiv(2 * validationBytes, shape.context()));
    }

    /// The system of a name.
    ChainSystem system(String wanted) {
        return systems.stream()
                .filter(system -> system.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no system is called " + wanted));
    }
}
