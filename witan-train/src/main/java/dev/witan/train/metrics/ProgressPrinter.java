// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import org.jspecify.annotations.Nullable;

import java.io.Flushable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A progress line that rewrites itself on a terminal, at most ten times a second.
///
/// On anything else (a file, a pipe) it prints nothing. The last step is always shown.
///
/// Threads: one thread at a time.
public final class ProgressPrinter {
    private static final Duration INTERVAL_MIN = Duration.ofMillis(100);

    private final Appendable out;
    private final boolean terminal;
    private final InstantSource clock;
    private @Nullable Instant shownAt;
    private int shownLength;

    /// A printer that draws on `out` if that is a terminal.
    public ProgressPrinter(Appendable out, boolean terminal, InstantSource clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
    }

    /// Shows a line in place of the one before, unless that one is younger than a tenth of a
    /// second. One column stays free, since writing the last one wraps some terminals.
    public void show(ProgressLine line, int width, ProgressLine.Bar bar) throws IOException {
        Instant now = clock.instant();
        if (!terminal || (isTooSoon(now) && !line.isLast())) {
            return;
        }
        shownAt = now;
        draw(line.render(width - 1, bar));
    }

    /// Wipes the line, so that other text can be printed; the next [#show] draws at once.
    public void clear() throws IOException {
        if (shownLength > 0) {
            draw("");
            out.append('\r');
            flush();
        }
        shownAt = null;
    }

    /// Leaves the line as it stands and moves to the next.
    public void finish() throws IOException {
        if (shownLength > 0) {
            out.append('\n');
            flush();
        }
        shownLength = 0;
        shownAt = null;
    }

    private boolean isTooSoon(Instant now) {
        if (shownAt == null || now.isBefore(shownAt)) {
            return false;
        }
        return Duration.between(shownAt, now).compareTo(INTERVAL_MIN) < 0;
    }

    private void draw(String text) throws IOException {
        out.append('\r').append(text);
        out.append(" ".repeat(Math.max(0, shownLength - text.length())));
        shownLength = text.length();
        flush();
    }

    private void flush() throws IOException {
        if (out instanceof Flushable flushable) {
            flushable.flush();
        }
    }
}
