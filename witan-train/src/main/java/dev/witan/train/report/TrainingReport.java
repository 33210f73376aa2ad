// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import dev.witan.train.report.SvgHeatMap.Row;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The report of a training run as a page: losses, ablations, balance, experts by layer, iteration
/// and domain, provenance.
public final class TrainingReport {
    private static final double SMOOTHED_SHARE = 0.01;
    private static final double CEILING_SHARE = 0.08;

    private TrainingReport() {}

    /// The page that shows the data.
    public static ReportPage of(ReportData data) {
        ReportPage page = ReportPage.of(data.title(), data.subtitle(), data.tiles().entries());
        if (!data.summary().isEmpty()) {
            page = page.section("The run", "", List.of(new FactColumns(data.summary())));
        }
        page = losses(page, data.losses());
        page = ablations(page, data);
        page = experts(page, data.expertLoads());
        if (!data.domainLoads().isEmpty()) {
            page =
                    page.section(
                            "Which experts each domain uses",
                            "Share of a domain's rows that each expert computed, relative to an"
                                    + " even share. Separation is 0 if all domains use the experts"
                                    + " alike and 1 if no two share any.",
                            DomainMaps.of(data.domainLoads()));
        }
        if (!data.routing().isEmpty()) {
            page =
                    page.section(
                            "Balance over time",
                            "Largest load over mean load (1 is even), and entropy of the load as a"
                                    + " share of its maximum.",
                            RoutingCharts.of(data.routing()));
        }
        if (!data.provenance().isEmpty()) {
            page =
                    page.section(
                            "Provenance",
                            "What is needed to repeat the run.",
                            List.of(new FactColumns(data.provenance())));
        }
        return page;
    }

    private static ReportPage losses(ReportPage page, LossHistory losses) {
        int window = Math.max(1, (int) (losses.train().size() * SMOOTHED_SHARE));
        List<Point> smooth = Smoothing.exponential(losses.train(), 1 - 1.0 / window);
        SvgChart chart =
                SvgChart.of("Loss over steps", "step", losses.unit())
                        .with(new Curve("train", losses.train(), Curve.Form.FAINT, 0))
                        .with(new Curve("train, smoothed", smooth, Curve.Form.LINE, 0))
                        .with(new Curve("validation", losses.validation(), Curve.Form.DOTS, 1));
        for (SvgChart.Level baseline : losses.baselines()) {
            chart = chart.level(baseline.name(), baseline.value());
        }
        chart = belowStart(chart, losses, smooth);
        var drawings = new ArrayList<Drawing>();
        drawings.add(chart);
        if (!losses.validation().isEmpty()) {
            drawings.add(html -> validations(html, losses));
        }
        String note =
                String.format(
                        Locale.ROOT,
                        "Training loss of each step's batch, its moving average over about %d %s,"
                                + " and the loss on held-out text.",
                        window,
                        window == 1 ? "step" : "steps");
        return page.section("Loss", note, drawings);
    }

    /// The first few steps are far above the rest and would flatten it.
    private static SvgChart belowStart(SvgChart chart, LossHistory losses, List<Point> smooth) {
        int start = (int) (smooth.size() * CEILING_SHARE);
        if (start == 0) {
            return chart;
        }
        double ceiling = smooth.stream().skip(start).mapToDouble(Point::y).max().orElse(0);
        for (SvgChart.Level level : losses.baselines()) {
            ceiling = Double.isFinite(level.value()) ? Math.max(ceiling, level.value()) : ceiling;
        }
        return chart.below(ceiling);
    }

    private static void validations(Html html, LossHistory losses) {
        List<List<String>> rows =
                losses.validation().stream()
                        .map(point ->
                                List.of(Html.coordinate(point.x()), Numbers.compact(point.y())))
                        .toList();
        html.open("details").element("summary", "Validation losses as numbers");
        new DataTable(List.of("step", losses.unit()), rows).render(html);
        html.close();
    }

    private static ReportPage ablations(ReportPage page, ReportData data) {
        if (data.ablations().isEmpty()) {
            return page;
        }
        return page.section(
                "What the parts are worth",
                "Loss of the trained model on the same text with one part disabled.",
                List.of(new AblationTable(data.losses().unit(), data.ablations())));
    }

    private static ReportPage experts(ReportPage page, List<ExpertLoad> loads) {
        if (loads.isEmpty()) {
            return page;
        }
        List<Row> rows =
                loads.stream()
                        .map(load ->
                                new Row(
                                        load.place(),
                                        note(load),
                                        DomainMaps.cells(load.place(), load)))
                        .toList();
        return page.section(
                "Expert load",
                "Rows each expert computed, relative to an even share; at the right the largest"
                        + " load over the mean. Point at a cell for its numbers.",
                List.of(SvgHeatMap.of("Rows per expert", "expert", rows)));
    }

    private static String note(ExpertLoad load) {
        if (load.total() == 0) {
            return "no rows";
        }
        String balance = String.format(Locale.ROOT, "%.2f×", load.maxOverMean());
        return load.deadExperts() == 0 ? balance : balance + ", " + load.deadExperts() + " dead";
    }
}
