// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

import java.util.ArrayList;
import java.util.List;

class SvgChartTest {
    private static final SvgChart CHART = SvgChart.of("Loss", "step", "nats");

    private static Document draw(SvgChart chart) {
        return Xml.parse(chart.toSvg());
    }

    @Test
    void withoutDataItSaysSo() {
        assertThat(Xml.texts(draw(CHART))).contains("no data", "step", "nats");
        assertThat(Xml.texts(draw(CHART.line("a", List.of()).level("b", Double.NaN))))
                .contains("no data", "a");
    }

    @Test
    void onePointIsADot() {
        Document svg = draw(CHART.line("a", List.of(Point.of(3, 1.5))));
        assertThat(Xml.elements(svg, "circle", "dot")).hasSize(1);
        assertThat(Xml.texts(svg)).doesNotContain("no data");
    }

    @Test
    void pointsThatAreNotFiniteInterruptTheLineAndAreCounted() {
        var points = new ArrayList<Point>();
        for (int i = 0; i < 10; i++) {
            points.add(Point.of(i, i == 4 ? Double.NaN : i == 7 ? Double.POSITIVE_INFINITY : i));
        }
        Document svg = draw(CHART.line("a", points));
        var lines = Xml.elements(svg, "path", "line");
        assertThat(lines).hasSize(3);
        assertThat(Xml.texts(svg)).contains("2 points left out: not a finite number.");
        Document one = draw(CHART.line("a", points.subList(2, 7)));
        assertThat(Xml.texts(one)).contains("1 point left out: not a finite number.");
        Document none = draw(CHART.line("a", List.of(Point.of(Double.NaN, 1))));
        assertThat(Xml.texts(none)).contains("no data", "1 point left out: not a finite number.");
    }

    @Test
    void intervalsBecomeABand() {
        var plain = List.of(Point.of(0, 1), Point.of(1, 2));
        var wide = List.of(new Point(0, 1, 0.5), new Point(1, 2, 0.25));
        assertThat(Xml.elements(draw(CHART.line("a", plain)), "path", "band")).isEmpty();
        Document svg = draw(CHART.line("a", plain).line("b", wide));
        assertThat(Xml.elements(svg, "path", "band")).hasSize(1);
        assertThat(Xml.elements(svg, "path", "c1")).hasSize(2);
    }

    @Test
    void levelsAreDrawnAndWidenTheRange() {
        Document svg =
                draw(CHART.line("a", List.of(Point.of(0, 1), Point.of(1, 2))).level("base", 9));
        assertThat(Xml.texts(svg)).contains("base (9)", "10");
        assertThat(Xml.elements(svg, "line", "level")).hasSize(2);
    }

    @Test
    void valuesAboveTheCeilingAreTold() {
        var points = List.of(Point.of(0, 80), Point.of(1, 2), Point.of(2, 1));
        Document svg = draw(CHART.line("a", points).below(2));
        assertThat(Xml.texts(svg))
                .contains("Values up to 80.00 lie above the chart.")
                .doesNotContain("80");
    }

    @Test
    void aLongCurveKeepsItsPeaks() {
        var points = new ArrayList<Point>();
        for (int i = 0; i < 100_003; i++) {
            points.add(Point.of(i, i == 50_021 ? 9 : i == 77_777 ? -9 : Math.sin(i)));
        }
        Curve thinned = new Curve("a", points, Curve.Form.LINE, 0).thinned(1200);
        assertThat(thinned.points()).hasSizeLessThanOrEqualTo(1201).contains(Point.of(50_021, 9));
        assertThat(thinned.points())
                .contains(Point.of(77_777, -9), points.getFirst(), points.getLast());
        assertThat(thinned.points()).isSortedAccordingTo((a, b) -> Double.compare(a.x(), b.x()));
    }

    @Test
    void hostileNamesAreText() {
        String hostile = "<img src=x onerror=alert(1)>\"'&";
        var chart = SvgChart.of(hostile, hostile, hostile).line(hostile, List.of(Point.of(0, 0)));
        assertThat(Xml.texts(draw(chart.level(hostile, 1)))).contains(hostile);
        assertThat(chart.toSvg()).doesNotContain("<img");
    }

    @Test
    void smoothingIsUnbiasedAndPassesOverGaps() {
        var flat = List.of(Point.of(0, 2), Point.of(1, Double.NaN), Point.of(2, 2));
        assertThat(Smoothing.exponential(flat, 0.9))
                .hasSize(2)
                .allMatch(p -> Math.abs(p.y() - 2) < 1e-12);
        assertThat(Smoothing.exponential(List.of(), 0.9)).isEmpty();
    }
}
