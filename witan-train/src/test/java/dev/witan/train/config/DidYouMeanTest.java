// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class DidYouMeanTest {
    @ParameterizedTest
    @CsvSource({
        "'','',0",
        "'',abc,3",
        "abc,abc,0",
        "ABC,abc,0",
        "abc,acb,1",
        "abc,ab,1",
        "abc,axc,1",
        "abc,'',3",
        "trian,train,1",
        "tran,train,1",
        "traiin,train,1",
        "troin,train,1",
        "kitten,sitting,3",
        "ca,abc,3",
        "layers,layrs,1"
    })
    void countsSingleErrors(String a, String b, int distance) {
        assertThat(DidYouMean.distance(a, b)).isEqualTo(distance);
        assertThat(DidYouMean.distance(b, a)).isEqualTo(distance);
    }

    @Test
    void suggestsTheClosestOrNothing() {
        var words = List.of("layers", "heads", "hidden");
        assertThat(DidYouMean.closest("layres", words)).contains("layers");
        assertThat(DidYouMean.closest("HEADS", words)).contains("heads");
        assertThat(DidYouMean.closest("vocabulary", words)).isEmpty();
        assertThat(DidYouMean.closest("", words)).isEmpty();
        assertThat(DidYouMean.closest("x", List.of("a", "b"))).isEmpty();
        assertThat(DidYouMean.closest("ac", List.of("bc", "ab"))).contains("ab");
        assertThat(DidYouMean.closest("x", List.of())).isEmpty();
        assertThat(DidYouMean.closest("rum", List.of("sum", "run", "train"))).contains("run");
        assertThat(DidYouMean.closest("trian", List.of("eval", "train"))).contains("train");
        assertThat(DidYouMean.closest("xyz", List.of("train", "run"))).isEmpty();
    }

    @Test
    void endsMessages() {
        assertThat(DidYouMean.suggestion("tain", List.of("train", "run")))
                .isEqualTo(", did you mean train?");
        assertThat(DidYouMean.suggestion("zzzz", List.of("train", "run")))
                .isEqualTo(", known are run, train");
        assertThat(DidYouMean.suggestion("zzzz", List.of())).isEmpty();
    }

    @Test
    void asksOnlyAboutWhatIsNear() {
        assertThat(DidYouMean.question("--jsn", List.of("--json", "--out")))
                .isEqualTo(", did you mean --json?");
        assertThat(DidYouMean.question("xyz", List.of("train"))).isEmpty();
        assertThat(DidYouMean.question("train", List.of())).isEmpty();
    }

    @Test
    void longInputCostsLittle() {
        String hostile = "x".repeat(1_000_000);
        assertThat(DidYouMean.distance(hostile, hostile)).isZero();
    }
}
