// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import dev.witan.train.metrics.RoutingMetrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/// Charts of routing measurements over the steps.
///
/// Up to eight places (layer and iteration) get a curve each; more are summed up by their highest,
/// mean and lowest value, since nobody can tell apart more than eight colours.
final class RoutingCharts {
    private static final int CURVES_MAX = 8;

    private RoutingCharts() {}

    static List<Drawing> of(List<RoutingMetrics> routing) {
        var charts = new ArrayList<Drawing>();
        charts.add(
                chart("Load balance", "max / mean load", routing, RoutingMetrics::maxOverMean)
                        .level("perfectly even", 1));
        charts.add(
                chart(
                        "Entropy of the load",
                        "entropy / ln E",
                        routing,
                        metrics -> metrics.entropy() / Math.log(metrics.tokensPerExpert().size())));
        List<RoutingMetrics> repeated =
                routing.stream().filter(m -> m.overlapWithPrevious().isPresent()).toList();
        if (!repeated.isEmpty()) {
            charts.add(
                    chart(
                            "Experts chosen again by the next iteration",
                            "share of a token's experts chosen again",
                            repeated,
                            metrics -> metrics.overlapWithPrevious().orElse(Double.NaN)));
        }
        return charts;
    }

    private static SvgChart chart(
            String name,
            String yName,
            List<RoutingMetrics> routing,
            ToDoubleFunction<RoutingMetrics> value) {
        Map<String, List<Point>> places = new LinkedHashMap<>();
        for (RoutingMetrics metrics : routing) {
            String place = "layer " + metrics.layer() + " · iteration " + metrics.iteration();
            places.computeIfAbsent(place, _ -> new ArrayList<>())
                    .add(Point.of((double) metrics.step(), value.applyAsDouble(metrics)));
        }
        SvgChart chart = SvgChart.of(name, "step", yName);
        if (places.size() > CURVES_MAX) {
            return summary(chart, places);
        }
        for (var place : places.entrySet()) {
            chart = chart.line(place.getKey(), place.getValue());
        }
        return chart;
    }

    private static SvgChart summary(SvgChart chart, Map<String, List<Point>> places) {
        SortedMap<Double, List<Double>> steps = new TreeMap<>();
        places.values()
                .forEach(points ->
                        points.forEach(point ->
                                steps.computeIfAbsent(point.x(), _ -> new ArrayList<>())
                                        .add(point.y())));
        var highest = new ArrayList<Point>();
        var mean = new ArrayList<Point>();
        var lowest = new ArrayList<Point>();
        steps.forEach((step, values) -> {
            var of = values.stream().mapToDouble(Double::doubleValue).summaryStatistics();
            highest.add(Point.of(step, of.getMax()));
            mean.add(Point.of(step, of.getAverage()));
            lowest.add(Point.of(step, of.getMin()));
        });
        return chart.line("mean of " + places.size() + " layers and iterations", mean)
                .line("highest", highest)
                .line("lowest", lowest);
    }
}
