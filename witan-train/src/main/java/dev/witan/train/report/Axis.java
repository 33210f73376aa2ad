// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.util.ArrayList;
import java.util.List;

/// A linear axis with round tick values (1, 2 or 5 times a power of ten).
///
/// @param low the axis' lower end
/// @param high the axis' upper end, above `low`
/// @param tickStep distance of two ticks
record Axis(double low, double high, double tickStep) {
    /// The axis over a range of values, widened where the values are one.
    ///
    /// @param low smallest value, finite
    /// @param high largest value, finite, at least `low`
    /// @param ticks about how many ticks are wanted
    /// @param round whether the ends move outwards to a tick
    static Axis over(double low, double high, int ticks, boolean round) {
        double from = low;
        double to = high;
        if (to - from <= Math.ulp(Math.max(Math.abs(from), Math.abs(to))) * 64) {
            double margin = from == 0 ? 0.5 : Math.abs(from) * 0.05;
            from -= margin;
            to += margin;
        }
        double step = niceStep((to / ticks) - (from / ticks));
        if (round) {
            from = Math.floor(from / step + 1e-9) * step;
            to = Math.ceil(to / step - 1e-9) * step;
        }
        return new Axis(from, to, step);
    }

    /// The tick values within the axis, ascending.
    List<Double> ticks() {
        var ticks = new ArrayList<Double>();
        long first = (long) Math.ceil(low / tickStep - 1e-9);
        long last = (long) Math.floor(high / tickStep + 1e-9);
        for (long i = first; i <= last; i++) {
            ticks.add(i * tickStep);
        }
        return ticks;
    }

    /// Where a value lies: 0 at `low`, 1 at `high`.
    double position(double value) {
        return (value - low) / (high - low);
    }

    private static double niceStep(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double lead = rough / power;
        double nice = lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10;
        return nice * power;
    }
}
