// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.time.Duration;
import java.util.Locale;

/// Numbers as people read them, the same in every locale.
public final class Numbers {
    private static final String[] SUFFIXES = {"", " k", " M", " G", " T"};

    private Numbers() {}

    /// A count with thousands separators: `8,912,384`.
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /// About four significant digits: `1.2904`, `12.90`, `1,290`; "unknown" if not finite.
    public static String compact(double value) {
        if (!Double.isFinite(value)) {
            return "unknown";
        }
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e9)) {
            return String.format(Locale.ROOT, "%.3g", value);
        }
        int decimals = size < 10 ? 4 : size < 100 ? 2 : size < 1000 ? 1 : 0;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /// A duration: `1 h 02 min`, `3 min 20 s`, `42 s`.
    public static String duration(Duration time) {
        if (time.toHours() > 0) {
            return String.format(
                    Locale.ROOT, "%d h %02d min", time.toHours(), time.toMinutesPart());
        }
        if (time.toMinutes() > 0) {
            return String.format(
                    Locale.ROOT, "%d min %02d s", time.toMinutes(), time.toSecondsPart());
        }
        return time.toSeconds() + " s";
    }

    /// A label for an axis tick, exact for multiples of `step`; all ticks of an axis that ends at
    /// `largest` share one unit.
    static String tick(double value, double step, double largest) {
        if (Math.abs(value) < step / 2) {
            return "0";
        }
        int thousands = 0;
        double unit = 1;
        while (thousands < SUFFIXES.length - 1 && largest >= 10 * 1000 * unit) {
            thousands++;
            unit *= 1000;
        }
        int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9));
        if (decimals > 6 || largest / unit >= 1e5) {
            return String.format(Locale.ROOT, "%.2g", value);
        }
        return String.format(Locale.ROOT, "%." + decimals + "f", value / unit)
                + SUFFIXES[thousands];
    }
}
