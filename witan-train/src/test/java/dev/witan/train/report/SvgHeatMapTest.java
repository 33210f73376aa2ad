// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.train.report.SvgHeatMap.Cell;
import dev.witan.train.report.SvgHeatMap.Row;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

import java.util.Collections;
import java.util.List;

class SvgHeatMapTest {
    @Test
    void everyCellIsThereAndEmptyOnesAreCrossedOut() {
        var rows =
                List.of(
                        new Row("first", "", List.of(new Cell(0, "none"), new Cell(2, "twice"))),
                        new Row("second", "n", List.of(new Cell(Double.NaN, "?"))));
        Document svg = Xml.parse(SvgHeatMap.of("map", "expert", rows).withoutLegend().toSvg());
        assertThat(Xml.elements(svg, "rect", "cell")).hasSize(3);
        assertThat(Xml.elements(svg, "path", "cross")).hasSize(1);
        assertThat(Xml.elements(svg, "rect", "unknown")).hasSize(1);
        assertThat(Xml.elements(svg, "rect", "scale")).isEmpty();
        assertThat(Xml.texts(svg)).contains("first", "second", "n", "0", "1");
    }

    @Test
    void sizesFromNoneToManyAreDrawn() {
        for (int columns : new int[] {0, 1, 7, 63, 256, 1009}) {
            var cells = Collections.nCopies(columns, new Cell(1, "even"));
            var map = SvgHeatMap.of("map", "expert", List.of(new Row("row", "", cells)));
            Document svg = Xml.parse(map.toSvg());
            assertThat(Xml.elements(svg, "rect", "cell")).hasSize(columns);
        }
        assertThat(Xml.texts(Xml.parse(SvgHeatMap.of("map", "expert", List.of()).toSvg())))
                .contains("no data");
    }

    @Test
    void theScaleIsEvenInTheLogarithm() {
        var scale = new HeatScale(4);
        assertThat(scale.level(1)).isEqualTo(4);
        assertThat(scale.level(2)).isEqualTo(6);
        assertThat(scale.level(0.5)).isEqualTo(2);
        assertThat(scale.level(4)).isEqualTo(8);
        assertThat(scale.level(1e9)).isEqualTo(8);
        assertThat(scale.level(Double.POSITIVE_INFINITY)).isEqualTo(8);
        assertThat(scale.level(0)).isZero();
        assertThat(scale.label(0)).isEqualTo("1/4");
        assertThat(scale.label(4)).isEqualTo("1×");
        assertThatThrownBy(() -> new HeatScale(1))
                .hasMessage("factor must be in (1, 1e6], was 1.0");
    }
}
