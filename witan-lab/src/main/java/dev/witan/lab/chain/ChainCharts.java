// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import dev.witan.lab.statistics.PairedDifference;
import dev.witan.lab.statistics.Spread;
import dev.witan.train.report.Curve;
import dev.witan.train.report.DataTable;
import dev.witan.train.report.Drawing;
import dev.witan.train.report.KeyValues;
import dev.witan.train.report.Point;
import dev.witan.train.report.ReportPage;
import dev.witan.train.report.SvgChart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/// The chain report as charts and as a page: validation loss against tokens, FLOPs and time, and
/// training loss, each the mean over seeds with its 95 % interval.
final class ChainCharts {
    private static final String LOSS = "nats per byte";

    private ChainCharts() {}

    /// What a loss is drawn against.
    private enum Axis {
        TOKENS("tokens", "training tokens"),
        FLOPS("flops", "training FLOPs (10¹²)"),
        SECONDS("seconds", "seconds of training");

        private final String file;
        private final String title;

        Axis(String file, String title) {
            this.file = file;
            this.title = title;
        }

        double x(ChainRun.Measured point) {
            return switch (this) {
                case TOKENS -> point.tokens();
                case FLOPS -> point.flops() / 1e12;
                case SECONDS -> point.trainingSeconds();
            };
        }
    }

    static Map<String, String> files(ChainReport report) {
        Map<String, String> files = new LinkedHashMap<>();
        for (ChainGroup group : report.settings().groups()) {
            for (Axis axis : Axis.values()) {
                files.put(
                        "loss-" + axis.file + "-" + group.name() + ".svg",
                        validation(report, group, axis).toSvg());
            }
        }
        return files;
    }

    static ReportPage page(ChainReport report) {
        ChainBudget budget = report.settings();
        ReportPage page =
                ReportPage.of(
                        "Chain-of-Experts against mixtures of experts",
                        "Wang et al. 2025 at a small scale, budget " + budget.name(),
                        List.of(
                                new KeyValues.Entry("runs", "" + report.runs().size()),
                                new KeyValues.Entry(
                                        "tokens a run",
                                        String.format(
                                                Locale.ROOT,
                                                "%,d",
                                                budget.steps() * budget.tokensPerStep())),
                                new KeyValues.Entry("seeds", "" + budget.seeds().size())));
        page =
                page.section(
                        "Differences",
                        "First minus second: negative if the first is better.",
                        List.of(differences(report)));
        for (ChainGroup group : budget.groups()) {
            List<Drawing> drawings = new ArrayList<>();
            for (Axis axis : Axis.values()) {
                drawings.add(validation(report, group, axis));
            }
            drawings.add(training(report, group));
            page = page.section(group.title(), "Mean over seeds with its 95 % interval.", drawings);
        }
        KeyValues remarks = KeyValues.titled("");
        for (int i = 0; i < report.remarks().size(); i++) {
            remarks = remarks.with("" + (i + 1), report.remarks().get(i));
        }
        return page.section("Remarks", report.data(), List.of(remarks));
    }

    private static DataTable differences(ChainReport report) {
        List<List<String>> rows = new ArrayList<>();
        for (ComparisonResult result : report.comparisons()) {
            PairedDifference difference = result.difference();
            rows.add(
                    List.of(
                            result.first() + " − " + result.second(),
                            "" + difference.count(),
                            String.format(Locale.ROOT, "%+.4f", difference.mean()),
                            difference.halfWidth() == null
                                    ? "–"
                                    : String.format(Locale.ROOT, "± %.4f", difference.halfWidth()),
                            difference.detectable() == null
                                    ? "–"
                                    : String.format(Locale.ROOT, "%.4f", difference.detectable()),
                            result.verdict()));
        }
        return new DataTable(
                List.of("comparison", "n", "mean", "95 % interval", "detectable", "verdict"), rows);
    }

    private static SvgChart validation(ChainReport report, ChainGroup group, Axis axis) {
        SvgChart chart = SvgChart.of(group.title() + ": validation loss", axis.title, LOSS);
        for (String name : group.systems()) {
            ChainSystem system = report.settings().system(name);
            List<ChainRun> runs = ChainReport.of(system, report.runs());
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < runs.getFirst().curve().size(); i++) {
                int index = i;
                points.add(
                        point(
                                runs,
                                run -> axis.x(run.curve().get(index)),
                                run -> run.curve().get(index).validationLoss()));
            }
            chart =
                    chart.with(
                            new Curve(
                                    system.label(),
                                    points,
                                    Curve.Form.DOTS,
                                    chart.curves().size()));
        }
        return chart;
    }

    private static SvgChart training(ChainReport report, ChainGroup group) {
        SvgChart chart = SvgChart.of(group.title() + ": training loss", "training tokens", LOSS);
        for (String name : group.systems()) {
            ChainSystem system = report.settings().system(name);
            List<ChainRun> runs = ChainReport.of(system, report.runs());
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < runs.getFirst().trainingLoss().size(); i++) {
                int index = i;
                points.add(
                        point(
                                runs,
                                run -> run.trainingLoss().get(index).tokens(),
                                run -> run.trainingLoss().get(index).loss()));
            }
            chart = chart.line(system.label(), points);
        }
        return chart;
    }

    /// The mean over runs with its interval.
    private static Point point(
            List<ChainRun> runs, ToDoubleFunction<ChainRun> x, ToDoubleFunction<ChainRun> y) {
        Spread spread =
                Objects.requireNonNull(
                        Spread.of(runs.stream().map(y::applyAsDouble).toList()), "runs");
        return new Point(
                runs.stream().mapToDouble(x).average().orElse(0),
                spread.mean(),
                PairedDifference.halfWidth(spread));
    }
}
