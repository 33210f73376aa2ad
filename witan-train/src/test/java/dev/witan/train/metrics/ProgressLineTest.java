// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.train.metrics.ProgressLine.Bar;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

class ProgressLineTest {
    private static final ProgressLine HALF =
            new ProgressLine(840, 2000, 0, 1.3241, 41_230, 1.816, Duration.ofMinutes(7));

    @Test
    void aWideLineShowsEverything() {
        assertThat(HALF.render(120, Bar.ASCII))
                .isEqualTo(
                        " 42% ################........................"
                                + "  loss 1.3241  ETA 09:40  41.2k tok/s  load 1.82x  840/2000");
    }

    @Test
    void noLineIsEverTooWide() {
        var awkward =
                new ProgressLine[] {
                    HALF,
                    new ProgressLine(0, 0, 0, 5.5, 0, 1, Duration.ZERO),
                    new ProgressLine(0, 1, 0, Double.NaN, Double.NaN, Double.NaN, Duration.ZERO),
                    new ProgressLine(
                            7,
                            Long.MAX_VALUE,
                            0,
                            Double.POSITIVE_INFINITY,
                            1e300,
                            1e300,
                            Duration.ofDays(9999)),
                    new ProgressLine(9, 3, 0, -1e300, -1, -1, Duration.ofMillis(1)),
                };
        for (ProgressLine line : awkward) {
            for (Bar bar : Bar.values()) {
                for (int width = -1; width <= 200; width++) {
                    String text = line.render(width, bar);
                    assertThat(text.length()).isLessThanOrEqualTo(Math.max(0, width));
                    assertThat(text).doesNotContain("\n", "\r", "NaN");
                }
            }
        }
    }

    @Test
    void theLossStaysLongest() {
        assertThat(HALF.render(20, Bar.ASCII)).isEqualTo(" 42%  loss 1.3241");
        assertThat(HALF.render(40, Bar.ASCII))
                .contains("loss 1.3241", "ETA", "#")
                .doesNotContain("tok/s");
        assertThat(HALF.render(3, Bar.ASCII)).isEqualTo(" 42");
    }

    @Test
    void timeLeftCountsFromTheResumedStep() {
        var resumed = new ProgressLine(30, 40, 20, 1, 1, 1, Duration.ofSeconds(5));
        assertThat(resumed.render(80, Bar.LINES)).contains("ETA 00:05", " 75%");
        var first = new ProgressLine(20, 40, 20, 1, 1, 1, Duration.ofSeconds(5));
        assertThat(first.render(80, Bar.LINES)).doesNotContain("ETA");
        var last = new ProgressLine(40, 40, 20, 1, 1, 1, Duration.ofSeconds(4001));
        assertThat(last.render(80, Bar.LINES)).contains("100%", "1:06:41").doesNotContain("ETA");
    }

    @Test
    void aTerminalIsRewrittenAtMostTenTimesASecond() throws IOException {
        var now = new AtomicReference<>(Instant.EPOCH);
        InstantSource clock = now::get;
        var out = new StringBuilder();
        var printer = new ProgressPrinter(out, true, clock);
        for (int millis = 0; millis < 1000; millis++) {
            now.set(Instant.ofEpochMilli(millis));
            printer.show(HALF, 80, Bar.LINES);
        }
        assertThat(out.chars().filter(c -> c == '\r').count()).isEqualTo(10);

        var last = new ProgressLine(2000, 2000, 0, 1, 1, 1, Duration.ofSeconds(1001));
        printer.show(last, 80, Bar.LINES);
        printer.finish();
        assertThat(out.toString()).contains("100%").endsWith("\n");
    }

    @Test
    void aShorterLineWipesALongerOne() throws IOException {
        var out = new StringBuilder();
        var printer = new ProgressPrinter(out, true, InstantSource.fixed(Instant.EPOCH));
        printer.show(HALF, 80, Bar.ASCII);
        int length = out.length() - 1;
        out.setLength(0);
        printer.clear();
        assertThat(out.toString()).isEqualTo("\r" + " ".repeat(length) + "\r");
        out.setLength(0);
        printer.clear();
        assertThat(out).isEmpty();
    }

    @Test
    void nothingIsPrintedElsewhere() throws IOException {
        var out = new StringBuilder();
        var printer = new ProgressPrinter(out, false, InstantSource.system());
        printer.show(HALF, 80, Bar.ASCII);
        printer.clear();
        printer.finish();
        assertThat(out).isEmpty();
    }
}
