// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// What the paper leaves open, and how far this run's numbers hang on it. Sentences about numbers
/// are made from the numbers.
final class Caveats {

    private Caveats() {}

    static List<String> of(
            VowelSettings settings,
            List<SystemResult> systems,
            SystemResult four,
            SystemResult eight) {
        var caveats = new ArrayList<String>();
        caveats.add(
                "The paper states no step size, output coding, initial range or dropped speaker."
                    + " Here: the grid and rule above; one output, 1 for [i] and [a], 0 for [I] and"
                    + " [Λ]; weights and biases uniform in ±0.1, gate zero; speaker 76 dropped.");
        stepSize(four).ifPresent(caveats::add);
        systems.forEach(system -> gaps(system).ifPresent(caveats::add));
        order(four, eight).ifPresent(caveats::add);
        caveats.add(
                "Eq. 1 and Eq. 2 as printed lack the factor ½ of Eq. 3: near the start, their steps"
                        + " are about twice as long at the same ε.");
        caveats.add(
                "Accuracy counts outputs on the right side of 0.5. The paper counts the most"
                        + " probable class, without saying how it is read off the outputs.");
        caveats.add(
                String.format(
                        Locale.ROOT,
                        "n is the number of seeds (%d), all on one data set and one split: the p"
                            + " values say nothing about other data. The step sizes were chosen on"
                            + " the same runs that are tested.",
                        settings.seeds()));
        return caveats;
    }

    private static Optional<String> stepSize(SystemResult four) {
        List<GridCell> cells = four.grid().stream().filter(GridCell::allConverged).toList();
        if (cells.size() < 2) {
            return Optional.empty();
        }
        GridCell slowest =
                cells.stream().max(Comparator.comparingDouble(Caveats::mean)).orElseThrow();
        GridCell fastest =
                cells.stream().min(Comparator.comparingDouble(Caveats::mean)).orElseThrow();
        return Optional.of(
                String.format(
                        Locale.ROOT,
                        "The step size is a free choice and decides the epochs: the %s takes %.0f"
                                + " at %s and %.0f at %s.",
                        four.system(),
                        mean(slowest),
                        ReportText.number(slowest.learningRate()),
                        mean(fastest),
                        ReportText.number(fastest.learningRate())));
    }

    /// Step sizes that fail although a smaller and a larger one do not.
    private static Optional<String> gaps(SystemResult system) {
        List<GridCell> grid = system.grid();
        var failures = new ArrayList<String>();
        int first = 0;
        int last = grid.size() - 1;
        while (first <= last && !grid.get(first).allConverged()) {
            first++;
        }
        while (last > first && !grid.get(last).allConverged()) {
            last--;
        }
        for (int i = first + 1; i < last; i++) {
            GridCell cell = grid.get(i);
            if (!cell.allConverged()) {
                failures.add(
                        "%s (%s of %s)"
                                .formatted(
                                        ReportText.number(cell.learningRate()),
                                        "" + cell.converged(),
                                        "" + cell.runs()));
            }
        }
        if (failures.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                "The %s converges always at %s and at %s but not at %s between them: its best step size is a matter of the grid."
                        .formatted(
                                system.system(),
                                ReportText.number(grid.get(first).learningRate()),
                                ReportText.number(grid.get(last).learningRate()),
                                String.join(", ", failures)));
    }

    /// Whether more experts are faster, as published, at each step size.
    private static Optional<String> order(SystemResult four, SystemResult eight) {
        var faster = new ArrayList<String>();
        var slower = new ArrayList<String>();
        for (int i = 0; i < four.grid().size(); i++) {
            GridCell left = four.grid().get(i);
            GridCell right = eight.grid().get(i);
            if (left.allConverged() && right.allConverged()) {
                (mean(right) < mean(left) ? faster : slower)
                        .add(ReportText.number(left.learningRate()));
            }
        }
        if (faster.isEmpty() && slower.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                "The paper's 8 experts are faster than its 4 (1083 against 1124). At equal step"
                        + " sizes at which all runs of both converge, they are faster here at: "
                        + (faster.isEmpty() ? "none" : String.join(", ", faster))
                        + "; not faster at: "
                        + (slower.isEmpty() ? "none" : String.join(", ", slower))
                        + ".");
    }

    private static double mean(GridCell cell) {
        return Objects.requireNonNull(cell.epochs()).mean();
    }
}
