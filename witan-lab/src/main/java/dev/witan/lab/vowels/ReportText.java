// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import dev.witan.lab.statistics.Spread;
import dev.witan.lab.text.PlainText;
import dev.witan.lab.text.TextTable;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The report as plain text, at most 100 columns wide.
final class ReportText {

    private static final String NONE = "-";

    private final VowelsReport report;
    private final PlainText out = new PlainText();

    private ReportText(VowelsReport report) {
        this.report = report;
    }

    static String of(VowelsReport report) {
        var text = new ReportText(report);
        text.head();
        text.grid();
        text.comparison();
        text.tests();
        text.ablations();
        text.out.heading("Caveats");
        report.caveats().forEach(caveat -> text.out.paragraph("- ", caveat));
        return text.out.toString();
    }

    /// A number without a trailing ".0".
    static String number(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : "" + value;
    }

    private void head() {
        VowelSettings settings = report.settings();
        out.append("Vowel experiment: adaptive mixtures of local experts\n");
        out.append(
                "Jacobs, Jordan, Nowlan and Hinton 1991, Table 1, on Peterson and Barney 1952\n\n");
        out.paragraph(
                "",
                "Four vowels of 75 speakers, F1/1000 and F2/1000; speakers 1 to 50 train (400"
                    + " tokens), 51 to 75 test (200). Mixtures: logistic experts, softmax gate, Eq."
                    + " 3 unless said otherwise. Networks: one hidden layer of that many logistic"
                    + " units, ½(t−y)². Batch gradient descent on the mean gradient, no momentum.");
        out.paragraph(
                "",
                String.format(
                        Locale.ROOT,
                        "A run stops when the mean squared error of its output is at most %s on the"
                                + " training set, or after %d epochs. %d seeds for every system and"
                                + " step size.",
                        number(settings.criterion()),
                        settings.maxEpochs(),
                        settings.seeds()));
        out.paragraph(
                "",
                "Rule, fixed beforehand: for every system the step size with the lowest mean epochs"
                        + " among those where all runs converge.");
    }

    private void grid() {
        out.heading("All step sizes: runs that converged, mean ± sd of their epochs");
        gridTable(Stream.concat(report.systems().stream(), report.ablations().stream()).toList());
    }

    private void gridTable(List<SystemResult> systems) {
        var table = new TextTable();
        var header = new ArrayList<>(List.of("system"));
        report.settings().learningRates().forEach(rate -> header.add("ε=" + number(rate)));
        table.row(header);
        for (SystemResult system : systems) {
            var counts = new ArrayList<>(List.of(system.system()));
            var epochs = new ArrayList<>(List.of(""));
            for (GridCell cell : system.grid()) {
                counts.add(cell.converged() + "/" + cell.runs());
                epochs.add(cell.epochs() == null ? NONE : spread(cell.epochs(), 0));
            }
            table.row(counts);
            table.row(epochs);
        }
        out.append(table.toString());
    }

    private void comparison() {
        out.heading("Comparison, each system at its best step size (published: 25 runs)");
        out.append(bestTable(report.systems(), true).toString());
    }

    private static TextTable bestTable(List<SystemResult> systems, boolean published) {
        var table = new TextTable();
        var header =
                new ArrayList<>(
                        List.of("system", "params", "ε", "epochs", "train %", "test %", "active"));
        if (published) {
            header.addAll(List.of("paper: epochs", "train", "test"));
        }
        table.row(header);
        for (SystemResult system : systems) {
            var row = new ArrayList<>(List.of(system.system(), "" + system.parameterCount()));
            row.addAll(best(system.best()));
            PublishedRow paper = system.published();
            if (paper != null) {
                row.add(paper.meanEpochs() + " ± " + paper.standardDeviation());
                row.add("" + paper.trainPercent());
                row.add("" + paper.testPercent());
            }
            table.row(row);
        }
        return table;
    }

    private static List<String> best(SystemResult.@Nullable Best best) {
        if (best == null) {
            return List.of(NONE, "never all", NONE, NONE, NONE);
        }
        return List.of(
                number(best.learningRate()),
                spread(best.epochs(), 1),
                String.format(Locale.ROOT, "%.1f", 100 * best.trainAccuracy().mean()),
                String.format(Locale.ROOT, "%.1f", 100 * best.testAccuracy().mean()),
                best.activeExperts() == null
                        ? NONE
                        : String.format(Locale.ROOT, "%.2f", best.activeExperts().mean()));
    }

    private void tests() {
        out.blank();
        out.paragraph(
                "", "Active: experts with more than 5 % of the gate on some training token, mean.");
        out.heading("Tests of the mean epochs (two-sided t, pooled variance)");
        test(report.mixtureAgainstNetwork());
        test(report.eightAgainstFour());
        EpochRatio ratio = report.ratio();
        if (ratio != null) {
            out.blank();
            out.paragraph(
                    "",
                    String.format(
                            Locale.ROOT,
                            "Ratio of epochs, %s over %s: %.2f (published %.2f). Over all %d pairs"
                                    + " of step sizes at which all runs of both converge: %.2f to"
                                    + " %.2f.",
                            ratio.first(),
                            ratio.second(),
                            ratio.selected(),
                            ratio.published(),
                            ratio.pairs(),
                            ratio.lowest(),
                            ratio.highest()));
        }
    }

    private void test(@Nullable PooledTest test) {
        if (test == null) {
            out.append("not possible: a system has no step size at which all runs converge\n");
            return;
        }
        out.append(
                String.format(
                        Locale.ROOT,
                        "%s against %s: difference %.1f epochs, t(%d) = %.2f, p %s\n",
                        test.first(),
                        test.second(),
                        test.difference(),
                        test.degreesOfFreedom(),
                        test.t(),
                        probability(test.p())));
    }

    private static String probability(double p) {
        if (p < 0.001) {
            return String.format(Locale.ROOT, "< 0.001 (%.1e)", p);
        }
        return String.format(Locale.ROOT, "= %.3f", p);
    }

    private void ablations() {
        out.heading("Ablations: the mixture of 4 with Eq. 1 (cooperative) and Eq. 2 (competitive)");
        out.append(bestTable(report.ablations(), false).toString());
    }

    private static String spread(Spread spread, int digits) {
        String mean = String.format(Locale.ROOT, "%." + digits + "f", spread.mean());
        Double deviation = spread.standardDeviation();
        return deviation == null
                ? mean
                : mean + " ± " + String.format(Locale.ROOT, "%." + digits + "f", deviation);
    }
}
