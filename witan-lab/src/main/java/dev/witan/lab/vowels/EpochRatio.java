// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;

/// Mean epochs of one system over those of another.
///
/// @param selected each at its best step size
/// @param lowest over all pairs of step sizes at which all runs of both converged
/// @param highest over the same pairs
/// @param pairs how many such pairs there are
/// @param published the paper's ratio
public record EpochRatio(
        String first,
        String second,
        double selected,
        double lowest,
        double highest,
        int pairs,
        double published) {

    /// The ratio of two systems, or null if one of them has no best step size.
    static @Nullable EpochRatio of(SystemResult first, SystemResult second, double published) {
        if (first.best() == null || second.best() == null) {
            return null;
        }
        double[] ratios =
                means(first)
                        .flatMap(left -> means(second).map(right -> left / right))
                        .sorted()
                        .toArray();
        return new EpochRatio(
                first.system(),
                second.system(),
                first.best().epochs().mean() / second.best().epochs().mean(),
                ratios[0],
                ratios[ratios.length - 1],
                ratios.length,
                published);
    }

    private static DoubleStream means(SystemResult result) {
        List<GridCell> cells = result.grid().stream().filter(GridCell::allConverged).toList();
        return cells.stream().mapToDouble(cell -> Objects.requireNonNull(cell.epochs()).mean());
    }
}
