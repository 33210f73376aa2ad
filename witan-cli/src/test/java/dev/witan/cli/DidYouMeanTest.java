// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

final class DidYouMeanTest {
    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "'', abc, 3",
        "abc, '', 3",
        "train, train, 0",
        "trian, train, 1",
        "tran, train, 1",
        "traiin, train, 1",
        "troin, train, 1",
        "kitten, sitting, 3"
    })
    void countsEdits(String a, String b, int edits) {
        assertThat(DidYouMean.edits(a, b)).isEqualTo(edits);
        assertThat(DidYouMean.edits(b, a)).isEqualTo(edits);
    }

    @Test
    void proposesTheNearestAndBreaksTiesByDictionaryOrder() {
        assertThat(DidYouMean.closest("rum", List.of("sum", "run", "train"))).contains("run");
        assertThat(DidYouMean.closest("trian", List.of("eval", "train"))).contains("train");
    }

    @Test
    void proposesNothingThatIsFarAway() {
        assertThat(DidYouMean.closest("xyz", List.of("train", "run"))).isEmpty();
        assertThat(DidYouMean.closest("train", List.of())).isEmpty();
        assertThat(DidYouMean.clause("xyz", List.of("train"))).isEmpty();
    }
}
