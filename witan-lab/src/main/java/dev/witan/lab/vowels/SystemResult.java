// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import dev.witan.lab.statistics.Spread;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/// What one system did over the whole grid, and at its best step size.
///
/// @param grid one cell per step size, ascending
/// @param best null if at no step size all runs converged
/// @param published null if the paper has no such system
public record SystemResult(
        String system,
        int parameterCount,
        List<GridCell> grid,
        @Nullable Best best,
        @Nullable PublishedRow published) {

    public SystemResult {
        grid = List.copyOf(grid);
    }

    /// A system at the step size with the lowest mean epochs among those where all runs converged;
    /// of equal ones, the smallest.
    ///
    /// @param activeExperts null for networks
    public record Best(
            double learningRate,
            Spread epochs,
            Spread trainAccuracy,
            Spread testAccuracy,
            @Nullable Spread activeExperts) {}

    /// The result of a system from all its runs.
    static SystemResult of(VowelSystem system, List<Double> learningRates, List<VowelRun> runs) {
        List<GridCell> grid =
                learningRates.stream().map(rate -> GridCell.of(rate, at(rate, runs))).toList();
        Best best =
                grid.stream()
                        .filter(GridCell::allConverged)
                        .min(Comparator.comparingDouble(cell -> spread(cell.epochs()).mean()))
                        .map(cell -> best(cell, at(cell.learningRate(), runs)))
                        .orElse(null);
        return new SystemResult(
                system.label(), system.parameterCount(), grid, best, PublishedRow.of(system));
    }

    private static Best best(GridCell cell, List<VowelRun> runs) {
        return new Best(
                cell.learningRate(),
                spread(cell.epochs()),
                spread(Spread.of(runs.stream().map(VowelRun::trainAccuracy).toList())),
                spread(Spread.of(runs.stream().map(VowelRun::testAccuracy).toList())),
                Spread.of(
                        runs.stream()
                                .map(VowelRun::activeExperts)
                                .filter(Objects::nonNull)
                                .toList()));
    }

    private static List<VowelRun> at(double learningRate, List<VowelRun> runs) {
        return runs.stream().filter(run -> run.learningRate() == learningRate).toList();
    }

    private static Spread spread(@Nullable Spread spread) {
        return Objects.requireNonNull(spread, "spread");
    }
}
