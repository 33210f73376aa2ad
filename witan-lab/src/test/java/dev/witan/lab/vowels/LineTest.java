// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class LineTest {

    private static final List<Line> UNIT_SQUARE =
            List.of(new Line(1, 0, 0), new Line(-1, 0, 1), new Line(0, 1, 0), new Line(0, -1, 1));

    @Test
    void isCutAtTheFrame() {
        assertThat(new Line(0, 2, -1).within(UNIT_SQUARE))
                .isEqualTo(new Line.Segment(1, 0.5, 0, 0.5));
        assertThat(new Line(1, 0, -0.25).within(UNIT_SQUARE))
                .isEqualTo(new Line.Segment(0.25, 0, 0.25, 1));
    }

    @Test
    void isCutByAFurtherHalfPlane() {
        var planes = new ArrayList<>(UNIT_SQUARE);
        planes.add(new Line(1, 0, -0.5));
        assertThat(new Line(0, 1, -0.5).within(planes))
                .isEqualTo(new Line.Segment(1, 0.5, 0.5, 0.5));
    }

    @Test
    void isAbsentOutsideOrWithoutDirection() {
        assertThat(new Line(1, 0, -2).within(UNIT_SQUARE)).isNull();
        assertThat(new Line(1, 1, 1).within(UNIT_SQUARE)).isNull();
        assertThat(new Line(0, 0, 1).within(UNIT_SQUARE)).isNull();
        assertThat(new Line(Double.NaN, 0, 1).within(UNIT_SQUARE)).isNull();
    }
}
