// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// A line chart as SVG: curves, bands, reference levels, axes with round ticks, a legend.
///
/// Points that are not finite interrupt their curve and are counted in a note under the chart.
/// Colours come from the page's style sheet, so one drawing suits light and dark pages.
///
/// @param name what the chart shows, for screen readers and as a tooltip
/// @param xName label of the horizontal axis
/// @param yName label of the vertical axis, with its unit
/// @param curves the curves; later ones are drawn on top
/// @param levels horizontal reference lines
/// @param ceiling the largest value that must be shown; what lies above leaves the chart, and a
///   note says so
public record SvgChart(
        String name,
        String xName,
        String yName,
        List<Curve> curves,
        List<Level> levels,
        OptionalDouble ceiling)
        implements Drawing {
    /// A horizontal reference line, such as a baseline.
    ///
    /// @param name what the legend says
    /// @param value its height; not drawn if it is not finite
    public record Level(String name, double value) {}

    /// Creates a chart.
    public SvgChart {
        curves = List.copyOf(curves);
        levels = List.copyOf(levels);
    }

    /// A chart without curves.
    public static SvgChart of(String name, String xName, String yName) {
        return new SvgChart(name, xName, yName, List.of(), List.of(), OptionalDouble.empty());
    }

    /// This chart with a curve more, in the palette's next colour.
    public SvgChart line(String curveName, List<Point> points) {
        return with(new Curve(curveName, points, Curve.Form.LINE, curves.size()));
    }

    /// This chart with a curve more.
    public SvgChart with(Curve curve) {
        var more = new ArrayList<>(curves);
        more.add(curve);
        return new SvgChart(name, xName, yName, more, levels, ceiling);
    }

    /// This chart with a reference line more.
    public SvgChart level(String levelName, double value) {
        var more = new ArrayList<>(levels);
        more.add(new Level(levelName, value));
        return new SvgChart(name, xName, yName, curves, more, ceiling);
    }

    /// This chart cut off above a value.
    public SvgChart below(double largest) {
        return new SvgChart(name, xName, yName, curves, levels, OptionalDouble.of(largest));
    }

    @Override
    public void render(Html html) {
        new ChartDrawing(this, html).draw();
    }

    /// The chart as a file of its own, with its colours.
    public String toSvg() {
        var html = new Html();
        new ChartDrawing(this, html).drawStandalone();
        return html.finish();
    }
}
