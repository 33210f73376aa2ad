// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Objects;

final class PairedDifferenceTest {
    @Test
    void equalsAHandComputedTest() {
        // Differences 1, 2, 3: mean 2, sd 1, standard error 1/√3, t = 2√3, ν = 2.
        var difference = PairedDifference.of(List.of(2.0, 4.0, 6.0), List.of(1.0, 2.0, 3.0));
        assertThat(difference.count()).isEqualTo(3);
        assertThat(difference.mean()).isEqualTo(2);
        assertThat(Objects.requireNonNull(difference.standardDeviation())).isEqualTo(1);
        assertThat(Objects.requireNonNull(difference.halfWidth()))
                .isCloseTo(4.3026527 / Math.sqrt(3), within(1e-7));
        assertThat(Objects.requireNonNull(difference.p())).isCloseTo(0.0741799, within(1e-7));
        assertThat(difference.significant()).isFalse();
    }

    @Test
    void aDifferenceWithoutSpreadIsCertainAndNoneAtAllIsNone() {
        assertThat(PairedDifference.of(List.of(2.0, 3.0), List.of(1.0, 2.0)).significant())
                .isTrue();
        var equal = PairedDifference.of(List.of(2.0, 3.0), List.of(2.0, 3.0));
        assertThat(Objects.requireNonNull(equal.p())).isEqualTo(1);
        assertThat(Objects.requireNonNull(equal.halfWidth())).isZero();
    }

    @Test
    void onePairHasNoInterval() {
        var difference = PairedDifference.of(List.of(1.0), List.of(3.0));
        assertThat(difference.mean()).isEqualTo(-2);
        assertThat(difference.halfWidth()).isNull();
        assertThat(difference.significant()).isFalse();
        assertThatThrownBy(() -> PairedDifference.of(List.of(), List.of()))
                .hasMessage("pairs must be at least 1, were 0");
        assertThatThrownBy(() -> PairedDifference.of(List.of(1.0), List.of()))
                .hasMessage("pairs need two lists of one length, had 1 and 0");
    }

    /// Made by adaptive quadrature with 20 digits (mpmath).
    @ParameterizedTest
    @CsvSource({"2, 5.65348927", "4, 3.76105955", "24, 2.92013336"})
    void detectableNoncentralityEqualsTheReference(int degreesOfFreedom, double expected) {
        assertThat(NoncentralT.detectable(0.8, 0.05, degreesOfFreedom))
                .isCloseTo(expected, within(1e-5));
    }

    @Test
    void powerWithoutADifferenceIsTheLevel() {
        double critical = StudentT.twoSidedQuantile(0.05, 2);
        assertThat(NoncentralT.power(0, critical, 2)).isCloseTo(0.05, within(1e-9));
    }

    @Test
    void normalDistributionEqualsTheTables() {
        assertThat(NoncentralT.normal(0)).isEqualTo(0.5);
        assertThat(NoncentralT.normal(1.959963985)).isCloseTo(0.975, within(1e-10));
        assertThat(NoncentralT.normal(-3)).isCloseTo(0.001349898, within(1e-9));
    }
}
