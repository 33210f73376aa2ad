// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.util.List;

/// A heat map as SVG: a cell per row and column, coloured by the ratio to an even share.
///
/// Cells show their tooltip when pointed at; cells without anything are crossed out.
///
/// @param name what the map shows, for screen readers and as a tooltip
/// @param columnName what the columns are, such as "expert"
/// @param rows the rows, from the top
/// @param factor the ratio at which the colour scale ends, above 1
/// @param withLegend whether the colour scale is drawn under the map
public record SvgHeatMap(
        String name, String columnName, List<Row> rows, double factor, boolean withLegend)
        implements Drawing {
    /// One row.
    ///
    /// @param label text at the left
    /// @param note short text at the right; may be empty
    /// @param cells the cells, by column
    public record Row(String label, String note, List<Cell> cells) {
        /// Creates a row.
        public Row {
            cells = List.copyOf(cells);
        }
    }

    /// One cell.
    ///
    /// @param ratio value over the even share; 0 is crossed out; NaN is drawn empty
    /// @param tooltip what is shown when the cell is pointed at
    public record Cell(double ratio, String tooltip) {}

    private static final double WIDTH = 920;
    private static final double CELL_MIN = 4;
    private static final double CELL_MAX = 34;
    private static final double ROW_HEIGHT = 22;
    private static final double TOP = 24;
    private static final double CHARACTER = 6.6;
    private static final int LABEL_MAX = 24;

    /// Creates a map.
    ///
    /// Errors: a factor outside (1, 1e6] is an `IllegalArgumentException`.
    public SvgHeatMap {
        rows = List.copyOf(rows);
        scale(factor);
    }

    /// A map with a legend whose scale runs from a quarter to four times the even share.
    public static SvgHeatMap of(String name, String columnName, List<Row> rows) {
        return new SvgHeatMap(name, columnName, rows, 4, true);
    }

    /// This map without its legend, for several maps under one another.
    public SvgHeatMap withoutLegend() {
        return new SvgHeatMap(name, columnName, rows, factor, false);
    }

    @Override
    public void render(Html html) {
        open(html);
        body(html);
        html.close();
    }

    /// The map as a file of its own, with its colours.
    public String toSvg() {
        var html = new Html();
        open(html);
        html.style(ReportStyle.drawing());
        body(html);
        html.close();
        return html.finish();
    }

    private void open(Html html) {
        double width = Math.max(WIDTH, left() + columns() * cellWidth() + right());
        double height = TOP + Math.max(1, rows.size()) * ROW_HEIGHT + (withLegend ? 50 : 6);
        html.open("svg")
                .attribute("xmlns", "http://www.w3.org/2000/svg")
                .attribute("class", "heat")
                .attribute(
                        "viewBox", "0 0 " + Html.coordinate(width) + " " + Html.coordinate(height))
                .attribute("role", "img")
                .attribute("aria-label", name)
                .element("title", name);
    }

    private void body(Html html) {
        if (rows.isEmpty()) {
            text(html, WIDTH / 2, TOP + 16, "middle", "no data");
        } else {
            header(html);
        }
        for (int row = 0; row < rows.size(); row++) {
            row(html, rows.get(row), TOP + row * ROW_HEIGHT);
        }
        if (withLegend) {
            legend(html, TOP + Math.max(1, rows.size()) * ROW_HEIGHT + 14);
        }
    }

    private void header(Html html) {
        text(html, left() - 10, TOP - 8, "end", columnName);
        int every = (int) Axis.over(0, Math.max(1, columns()), 16, false).tickStep();
        for (int column = 0; column < columns(); column += Math.max(1, every)) {
            double x = left() + (column + 0.5) * cellWidth();
            text(html, x, TOP - 8, "middle", Integer.toString(column));
        }
    }

    private void row(Html html, Row row, double y) {
        text(html, left() - 10, y + 15, "end", shortened(row.label()));
        double gap = cellWidth() > 8 ? 1.5 : 0.5;
        for (int column = 0; column < row.cells().size(); column++) {
            Cell cell = row.cells().get(column);
            double x = left() + column * cellWidth();
            html.open("rect")
                    .attribute("class", "cell " + colour(cell))
                    .attribute("x", x)
                    .attribute("y", y)
                    .attribute("width", cellWidth() - gap)
                    .attribute("height", ROW_HEIGHT - gap)
                    .attribute("rx", cellWidth() > 8 ? 2 : 0)
                    .element("title", cell.tooltip())
                    .close();
            if (cell.ratio() == 0) {
                cross(html, x + (cellWidth() - gap) / 2, y + (ROW_HEIGHT - gap) / 2);
            }
        }
        text(html, left() + columns() * cellWidth() + 8, y + 15, "start", row.note());
    }

    private void legend(Html html, double y) {
        HeatScale scale = scale(factor);
        double width = 42;
        text(html, left() - 10, y + 10, "end", "of an even share");
        for (int level = 0; level < HeatScale.LEVELS; level++) {
            double x = left() + level * width;
            html.open("rect")
                    .attribute("class", "scale h" + level)
                    .attribute("x", x)
                    .attribute("y", y)
                    .attribute("width", width)
                    .attribute("height", 12)
                    .close();
            if (level % 2 == 0) {
                text(html, x + width / 2, y + 27, "middle", scale.label(level));
            }
        }
        double x = left() + HeatScale.LEVELS * width + 24;
        html.open("rect")
                .attribute("class", "scale h0")
                .attribute("x", x)
                .attribute("y", y - 1)
                .attribute("width", 14)
                .attribute("height", 14)
                .close();
        cross(html, x + 7, y + 6);
        text(html, x + 20, y + 10, "start", "none at all");
    }

    private String colour(Cell cell) {
        return Double.isNaN(cell.ratio()) ? "unknown" : "h" + scale(factor).level(cell.ratio());
    }

    private void cross(Html html, double x, double y) {
        double arm = Math.min(4, cellWidth() / 3);
        html.open("path")
                .attribute("class", "cross")
                .attribute("d", stroke(x - arm, y - arm, x + arm, y + arm, arm))
                .close();
    }

    private static String stroke(double x1, double y1, double x2, double y2, double arm) {
        return "M%s %sL%s %sM%s %sL%s %s"
                .formatted(
                        Html.coordinate(x1),
                        Html.coordinate(y1),
                        Html.coordinate(x2),
                        Html.coordinate(y2),
                        Html.coordinate(x1 + 2 * arm),
                        Html.coordinate(y1),
                        Html.coordinate(x2 - 2 * arm),
                        Html.coordinate(y2));
    }

    private static HeatScale scale(double factor) {
        return new HeatScale(factor);
    }

    private int columns() {
        return rows.stream().mapToInt(row -> row.cells().size()).max().orElse(0);
    }

    private double cellWidth() {
        double room = (WIDTH - left() - right()) / Math.max(1, columns());
        return Math.clamp(room, CELL_MIN, CELL_MAX);
    }

    private double left() {
        int longest = rows.stream().mapToInt(row -> row.label().length()).max().orElse(0);
        return 24 + Math.max(14, Math.min(LABEL_MAX, longest)) * CHARACTER;
    }

    private double right() {
        int longest = rows.stream().mapToInt(row -> row.note().length()).max().orElse(0);
        return 10 + longest * CHARACTER;
    }

    private static String shortened(String label) {
        return label.length() <= LABEL_MAX ? label : label.substring(0, LABEL_MAX - 1) + "…";
    }

    private static void text(Html html, double x, double y, String anchor, String text) {
        html.open("text")
                .attribute("x", x)
                .attribute("y", y)
                .attribute("text-anchor", anchor)
                .text(text)
                .close();
    }
}
