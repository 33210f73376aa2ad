// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Collections;
import java.util.List;
import java.util.Objects;

class StudentTTest {

    /// Made with 50-digit arithmetic (mpmath: betainc, regularised).
    @ParameterizedTest
    @CsvSource({
        "0.001, 48, 0.999206260120865",
        "1, 48, 0.322325218521116",
        "2.0106, 48, 0.0500038049343027",
        "5, 48, 8.06166518147104e-6",
        "27.5, 48, 4.92351063866828e-31",
        "300, 48, 3.17380900124815e-80",
        "2.5, 3, 0.0877066470080655",
        "12.7062, 1, 0.0500000185607104",
        "0.5, 7, 0.632407135689284",
        "1.96, 1000, 0.0502731849557487",
        "3, 4, 0.0399419680717188"
    })
    void equalsKnownProbabilities(double t, int degreesOfFreedom, double p) {
        assertThat(StudentT.twoSidedP(t, degreesOfFreedom)).isCloseTo(p, withinPercentage(1e-9));
        assertThat(StudentT.twoSidedP(-t, degreesOfFreedom)).isCloseTo(p, withinPercentage(1e-9));
    }

    /// One degree of freedom is the Cauchy distribution, two have a closed form.
    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 0.1, 1, 3.7, 40, 1e5})
    void equalsTheClosedForms(double t) {
        assertThat(StudentT.twoSidedP(t, 1))
                .isCloseTo(2 / Math.PI * Math.atan2(1, t), withinPercentage(1e-10));
        double root = Math.sqrt(2 + t * t);
        assertThat(StudentT.twoSidedP(t, 2))
                .isCloseTo(2 / (root * (root + t)), withinPercentage(1e-10));
    }

    @Test
    void endsAtOneAndZero() {
        assertThat(StudentT.twoSidedP(0, 48)).isEqualTo(1);
        assertThat(StudentT.twoSidedP(Double.POSITIVE_INFINITY, 48)).isZero();
        assertThat(StudentT.twoSidedP(Double.NaN, 48)).isNaN();
        assertThatThrownBy(() -> StudentT.twoSidedP(1, 0))
                .hasMessage("degreesOfFreedom must be at least 1, was 0");
    }

    /// From tables of the distribution.
    @ParameterizedTest
    @CsvSource({
        "0.05, 1, 12.7062047",
        "0.05, 2, 4.3026527",
        "0.05, 9, 2.2621572",
        "0.4, 2, 1.0606602",
        "0.01, 2, 9.9248432",
        "0.05, 48, 2.0106348"
    })
    void quantilesEqualTheTables(double p, int degreesOfFreedom, double t) {
        assertThat(StudentT.twoSidedQuantile(p, degreesOfFreedom)).isCloseTo(t, within(1e-7));
    }

    @Test
    void quantileOfNoProbabilityIsRefused() {
        assertThatThrownBy(() -> StudentT.twoSidedQuantile(0, 2))
                .hasMessage("p must be in (0, 1), was 0.0");
        assertThatThrownBy(() -> StudentT.twoSidedQuantile(Double.NaN, 2))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void spreadOfNothingIsAbsentAndOfOneHasNoDeviation() {
        assertThat(Spread.of(List.of())).isNull();
        assertThat(spread(3)).isEqualTo(new Spread(1, 3, null));
        assertThat(Spread.of(Collections.nCopies(25, 0.925))).isEqualTo(new Spread(25, 0.925, 0.0));
        assertThat(spread(1, 2, 3, 4)).isEqualTo(new Spread(4, 2.5, Math.sqrt(5.0 / 3)));
    }

    private static Spread spread(Integer... values) {
        return Objects.requireNonNull(Spread.of(List.of(values)));
    }
}
