// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import dev.witan.train.report.SvgChart.Level;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/// The layout of one [SvgChart] on its canvas.
final class ChartDrawing {
    private static final double WIDTH = 920;
    private static final double PLOT_HEIGHT = 280;
    private static final double LEFT = 58;
    private static final double RIGHT = 26;

    /// Room around the plot for dots on its edge.
    private static final double MARGIN = 5;

    private static final double LEGEND_ROW = 20;
    private static final double CHARACTER = 6.6;
    private static final double NAME_MAX = 60;
    private static final int POINTS_MAX = 1200;
    private static final int PALETTE = 8;

    private final SvgChart chart;
    private final Html html;
    private final List<List<Legend>> legend;
    private final List<String> notes;
    private final Axis xAxis;
    private final Axis yAxis;
    private final boolean isEmpty;
    private final double top;

    /// An entry of the legend.
    private record Legend(String name, String swatch) {
        double width() {
            return 38 + Math.min(name.length(), NAME_MAX) * CHARACTER;
        }
    }

    ChartDrawing(SvgChart chart, Html html) {
        this.chart = chart;
        this.html = html;
        this.legend = legendRows();
        List<Point> points =
                chart.curves().stream()
                        .flatMap(curve -> curve.points().stream())
                        .filter(Point::isFinite)
                        .toList();
        isEmpty = points.isEmpty();
        double ceiling = chart.ceiling().orElse(Double.POSITIVE_INFINITY);
        notes = notes(points, ceiling);
        double[] y =
                DoubleStream.concat(
                                points.stream()
                                        .flatMapToDouble(p -> DoubleStream.of(p.low(), p.high())),
                                levels().stream().mapToDouble(Level::value))
                        .map(value -> Math.min(value, ceiling))
                        .toArray();
        double[] x = points.stream().mapToDouble(Point::x).toArray();
        xAxis = isEmpty ? Axis.over(0, 1, 8, false) : over(x, 8, false);
        yAxis = isEmpty ? Axis.over(0, 1, 5, true) : over(y, 5, true);
        top = 26 + legend.size() * LEGEND_ROW;
    }

    void draw() {
        open();
        body();
        html.close();
    }

    void drawStandalone() {
        open();
        html.style(ReportStyle.drawing());
        body();
        html.close();
    }

    private void open() {
        double height = top + PLOT_HEIGHT + 44 + notes.size() * 17;
        html.open("svg")
                .attribute("xmlns", "http://www.w3.org/2000/svg")
                .attribute("class", "chart")
                .attribute(
                        "viewBox", "0 0 " + Html.coordinate(WIDTH) + " " + Html.coordinate(height))
                .attribute("role", "img")
                .attribute("aria-label", chart.name())
                .element("title", chart.name());
    }

    private void body() {
        legend();
        grid();
        if (isEmpty) {
            label(LEFT + plotWidth() / 2, top + PLOT_HEIGHT / 2, "middle", "no data");
        } else {
            plot();
        }
        double y = top + PLOT_HEIGHT + 38;
        label(LEFT + plotWidth() / 2, y, "middle", chart.xName());
        for (String note : notes) {
            y += 17;
            label(LEFT, y, "start", note);
        }
    }

    private void grid() {
        label(4, top - 10, "start", chart.yName());
        for (double tick : yAxis.ticks()) {
            double y = y(tick);
            line("grid", LEFT, y, WIDTH - RIGHT, y);
            label(LEFT - 8, y + 4, "end", tick(yAxis, tick));
        }
        for (double tick : xAxis.ticks()) {
            double x = x(tick);
            line("tick", x, top + PLOT_HEIGHT, x, top + PLOT_HEIGHT + 5);
            label(x, top + PLOT_HEIGHT + 20, "middle", tick(xAxis, tick));
        }
        line("axis", LEFT, top + PLOT_HEIGHT, WIDTH - RIGHT, top + PLOT_HEIGHT);
    }

    /// A nested canvas clips what leaves the plot, without the document-wide ids of clip paths.
    private void plot() {
        html.open("svg")
                .attribute("x", LEFT - MARGIN)
                .attribute("y", top - MARGIN)
                .attribute("width", plotWidth() + 2 * MARGIN)
                .attribute("height", PLOT_HEIGHT + 2 * MARGIN)
                .attribute(
                        "viewBox",
                        Html.coordinate(LEFT - MARGIN)
                                + " "
                                + Html.coordinate(top - MARGIN)
                                + " "
                                + Html.coordinate(plotWidth() + 2 * MARGIN)
                                + " "
                                + Html.coordinate(PLOT_HEIGHT + 2 * MARGIN));
        for (Level level : levels()) {
            line("level", LEFT, y(level.value()), WIDTH - RIGHT, y(level.value()));
        }
        for (Curve curve : chart.curves()) {
            for (List<Point> run : finiteRuns(curve.thinned(POINTS_MAX).points())) {
                band(curve, run);
                curve(curve, run);
            }
        }
        html.close();
    }

    private void band(Curve curve, List<Point> run) {
        if (curve.form() == Curve.Form.FAINT || run.stream().allMatch(p -> p.halfWidth() == 0)) {
            return;
        }
        var path = new StringBuilder();
        run.forEach(p -> append(path, p.x(), p.high()));
        run.reversed().forEach(p -> append(path, p.x(), p.low()));
        html.open("path")
                .attribute("class", "band " + colour(curve))
                .attribute("d", path.append('Z').toString())
                .close();
    }

    private void curve(Curve curve, List<Point> run) {
        String form = curve.form() == Curve.Form.FAINT ? "faint " : "line ";
        if (run.size() > 1) {
            var path = new StringBuilder();
            run.forEach(p -> append(path, p.x(), p.y()));
            html.open("path")
                    .attribute("class", form + colour(curve))
                    .attribute("d", path.toString())
                    .close();
        }
        if (curve.form() == Curve.Form.DOTS || run.size() == 1) {
            run.forEach(p -> dot(curve, p));
        }
    }

    private void dot(Curve curve, Point point) {
        String interval = point.halfWidth() == 0 ? "" : " ± " + Numbers.compact(point.halfWidth());
        html.open("circle")
                .attribute("class", "dot " + colour(curve))
                .attribute("cx", x(point.x()))
                .attribute("cy", y(point.y()))
                .attribute("r", 3.5)
                .element(
                        "title",
                        curve.name()
                                + ": "
                                + Numbers.compact(point.y())
                                + interval
                                + " at "
                                + chart.xName()
                                + " "
                                + Html.coordinate(point.x()))
                .close();
    }

    private void legend() {
        double y = 12;
        for (List<Legend> row : legend) {
            double x = LEFT;
            for (Legend entry : row) {
                line(entry.swatch(), x, y, x + 18, y);
                label(x + 24, y + 4, "start", shortened(entry.name()));
                x += entry.width();
            }
            y += LEGEND_ROW;
        }
    }

    private List<List<Legend>> legendRows() {
        var entries = new ArrayList<Legend>();
        for (Curve curve : chart.curves()) {
            String form = curve.form() == Curve.Form.FAINT ? "faint " : "line ";
            entries.add(new Legend(curve.name(), "swatch " + form + colour(curve)));
        }
        for (Level level : levels()) {
            String value = " (" + Numbers.compact(level.value()).replaceAll("\\.0+$", "") + ")";
            entries.add(new Legend(level.name() + value, "level"));
        }
        var rows = new ArrayList<List<Legend>>();
        double used = Double.POSITIVE_INFINITY;
        for (Legend entry : entries) {
            if (used + entry.width() > WIDTH - LEFT) {
                rows.add(new ArrayList<>());
                used = 0;
            }
            rows.getLast().add(entry);
            used += entry.width();
        }
        return rows;
    }

    private List<String> notes(List<Point> finite, double ceiling) {
        var found = new ArrayList<String>();
        long all = chart.curves().stream().mapToLong(curve -> curve.points().size()).sum();
        long left = all - finite.size();
        if (left > 0) {
            found.add(
                    left + (left == 1 ? " point" : " points") + " left out: not a finite number.");
        }
        double highest = finite.stream().mapToDouble(Point::y).max().orElse(ceiling);
        if (highest > ceiling) {
            found.add("Values up to " + Numbers.compact(highest) + " lie above the chart.");
        }
        return found;
    }

    private List<Level> levels() {
        return chart.levels().stream().filter(level -> Math.abs(level.value()) < 1e150).toList();
    }

    private static List<List<Point>> finiteRuns(List<Point> points) {
        var runs = new ArrayList<List<Point>>();
        var run = new ArrayList<Point>();
        for (Point point : points) {
            if (point.isFinite()) {
                run.add(point);
            } else if (!run.isEmpty()) {
                runs.add(List.copyOf(run));
                run.clear();
            }
        }
        if (!run.isEmpty()) {
            runs.add(run);
        }
        return runs;
    }

    private static Axis over(double[] values, int ticks, boolean round) {
        double low = DoubleStream.of(values).min().orElse(0);
        double high = DoubleStream.of(values).max().orElse(1);
        return Axis.over(low, high, ticks, round);
    }

    private void append(StringBuilder path, double x, double y) {
        path.append(path.isEmpty() ? 'M' : 'L')
                .append(Html.coordinate(x(x)))
                .append(' ')
                .append(Html.coordinate(y(y)));
    }

    private void line(String styleClass, double x1, double y1, double x2, double y2) {
        html.open("line")
                .attribute("class", styleClass)
                .attribute("x1", x1)
                .attribute("y1", y1)
                .attribute("x2", x2)
                .attribute("y2", y2)
                .close();
    }

    private void label(double x, double y, String anchor, String text) {
        html.open("text")
                .attribute("x", x)
                .attribute("y", y)
                .attribute("text-anchor", anchor)
                .text(text)
                .close();
    }

    private static String tick(Axis axis, double value) {
        double largest = Math.max(Math.abs(axis.low()), Math.abs(axis.high()));
        return Numbers.tick(value, axis.tickStep(), largest);
    }

    private static String shortened(String name) {
        return name.length() <= NAME_MAX ? name : name.substring(0, (int) NAME_MAX - 1) + "…";
    }

    private static String colour(Curve curve) {
        return "c" + curve.colour() % PALETTE;
    }

    private static double plotWidth() {
        return WIDTH - LEFT - RIGHT;
    }

    private double x(double value) {
        return LEFT + plotWidth() * xAxis.position(value);
    }

    private double y(double value) {
        return top + PLOT_HEIGHT * (1 - yAxis.position(value));
    }
}
