// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The state of a run as one line of a terminal: bar, loss, speed, balance, time left.
///
/// Units: `loss` in nats, `elapsed` since `firstStep` (0 for a fresh run, the checkpoint's step for
/// a resumed one). Doubles that are NaN are left out of the line.
///
/// @param step updates done
/// @param totalSteps updates of the whole run
/// @param firstStep the step at which `elapsed` was zero
/// @param loss the current, perhaps smoothed, training loss
/// @param tokensPerSecond training tokens per second
/// @param maxOverMean largest expert load over the mean load
/// @param elapsed wall time since `firstStep`
public record ProgressLine(
        long step,
        long totalSteps,
        long firstStep,
        double loss,
        double tokensPerSecond,
        double maxOverMean,
        Duration elapsed) {
    private static final int BAR_MIN = 8;
    private static final int BAR_MAX = 40;
    private static final String GAP = "  ";

    /// Creates a line.
    ///
    /// Errors: steps that are negative are an `IllegalArgumentException`.
    public ProgressLine {
        Bounds.atLeastZero("step", step);
        Bounds.atLeastZero("totalSteps", totalSteps);
        Bounds.atLeastZero("firstStep", firstStep);
    }

    /// The glyphs that a bar is drawn with.
    public enum Bar {
        /// Box-drawing lines, one column each.
        LINES("\u2501", "\u2500"),
        /// For terminals that know no Unicode.
        ASCII("#", ".");

        private final String done;
        private final String open;

        Bar(String done, String open) {
            this.done = done;
            this.open = open;
        }
    }

    /// Whether the run has done all its steps.
    public boolean isLast() {
        return step >= totalSteps;
    }

    /// The line for a terminal of `width` columns, never longer. A narrow terminal loses, in this
    /// order: the step count, the balance, the speed, the bar, the time left, the loss.
    public String render(int width, Bar bar) {
        if (width <= 0) {
            return "";
        }
        String percent = String.format(Locale.ROOT, "%3d%%", percent());
        List<String> parts = parts();
        for (int dropped = 0; dropped <= parts.size(); dropped++) {
            String right = joined(parts.subList(dropped, parts.size()));
            int room = width - percent.length() - right.length() - 1;
            if (room >= BAR_MIN) {
                return percent + " " + bar(Math.min(BAR_MAX, room), bar) + right;
            }
            if (dropped >= 3 && percent.length() + right.length() <= width) {
                return percent + right;
            }
        }
        return percent.substring(0, Math.min(width, percent.length()));
    }

    /// In the order in which they are given up; the screen shows them the other way round.
    private List<String> parts() {
        var parts = new ArrayList<String>();
        parts.add(step + "/" + totalSteps);
        parts.add(known(maxOverMean, String.format(Locale.ROOT, "load %.2fx", maxOverMean)));
        parts.add(known(tokensPerSecond, compact(tokensPerSecond) + " tok/s"));
        parts.add(eta());
        parts.add(known(loss, String.format(Locale.ROOT, "loss %.4f", loss)));
        return parts;
    }

    private static String joined(List<String> parts) {
        var line = new StringBuilder();
        for (String part : parts.reversed()) {
            if (!part.isEmpty()) {
                line.append(GAP).append(part);
            }
        }
        return line.toString();
    }

    private static String known(double value, String text) {
        return Double.isNaN(value) ? "" : text;
    }

    private double fraction() {
        return totalSteps == 0 ? 1 : Math.min(1, (double) step / totalSteps);
    }

    private int percent() {
        return (int) Math.floor(100 * fraction());
    }

    private String bar(int length, Bar bar) {
        int done = (int) Math.floor(length * fraction());
        return bar.done.repeat(done) + bar.open.repeat(length - done);
    }

    private String eta() {
        if (isLast()) {
            return clock(elapsed);
        }
        if (step <= firstStep) {
            return "";
        }
        double perStep = (double) elapsed.toMillis() / (step - firstStep);
        return "ETA " + clock(Duration.ofMillis(Math.round(perStep * (totalSteps - step))));
    }

    private static String clock(Duration time) {
        if (time.toHours() >= 100) {
            return time.toDays() + "d";
        }
        String tail =
                String.format(Locale.ROOT, "%02d:%02d", time.toMinutesPart(), time.toSecondsPart());
        return time.toHours() == 0 ? tail : time.toHours() + ":" + tail;
    }

    private static String compact(double value) {
        if (value >= 1e6) {
            return String.format(Locale.ROOT, "%.1fM", value / 1e6);
        }
        if (value >= 1e4) {
            return String.format(Locale.ROOT, "%.1fk", value / 1e3);
        }
        return String.format(Locale.ROOT, "%.0f", value);
    }
}
