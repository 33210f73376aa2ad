// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import dev.witan.lab.statistics.PairedDifference;
import dev.witan.lab.statistics.Spread;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/// A system over all its seeds.
///
/// @param system what was trained
/// @param size parameters and work
/// @param loss validation loss at the end, nats per byte
/// @param halfWidth half the 95 % interval of the mean loss; null for a single seed
/// @param trainingLoss mean of the last hundredth of training, nats per byte
/// @param tokensPerSecond mean
/// @param maxOverMean the largest of all layers, iterations and seeds
/// @param deadExperts the most of any seed, over all layers and iterations
/// @param overlap mean share of experts that a token had in the iteration before; null for mixtures
/// @param published final published loss of that shape in nats per token, one seed; null if none
public record SystemSummary(
        ChainSystem system,
        ChainSize size,
        Spread loss,
        @Nullable Double halfWidth,
        double trainingLoss,
        double tokensPerSecond,
        double maxOverMean,
        long deadExperts,
        @Nullable Double overlap,
        @Nullable Double published) {
    /// The summary of a system's runs, at least one.
    static SystemSummary of(ChainSystem system, List<ChainRun> runs) {
        Spread loss =
                Objects.requireNonNull(
                        Spread.of(runs.stream().map(ChainRun::validationLoss).toList()),
                        "a system has runs");
        return new SystemSummary(
                system,
                runs.getFirst().size(),
                loss,
                loss.standardDeviation() == null ? null : PairedDifference.halfWidth(loss),
                mean(runs, run -> run.trainingLoss().getLast().loss()),
                mean(runs, ChainRun::tokensPerSecond),
                runs.stream()
                        .flatMap(run -> run.loads().stream())
                        .mapToDouble(ChainRun.Load::maxOverMean)
                        .max()
                        .orElse(0),
                runs.stream()
                        .mapToLong(run ->
                                run.loads().stream().mapToLong(ChainRun.Load::deadExperts).sum())
                        .max()
                        .orElse(0),
                overlap(runs),
                PublishedRun.lossOf(system.name()));
    }

    private static double mean(List<ChainRun> runs, ToDoubleFunction<ChainRun> value) {
        return runs.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private static @Nullable Double overlap(List<ChainRun> runs) {
        var average =
                runs.stream()
                        .flatMap(run -> run.loads().stream())
                        .map(ChainRun.Load::overlap)
                        .filter(Objects::nonNull)
                        .mapToDouble(Double::doubleValue)
                        .average();
        return average.isPresent() ? average.getAsDouble() : null;
    }
}
