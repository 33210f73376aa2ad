// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.util.Locale;

/// A diverging colour scale for ratios: 1 is neutral, above is warm, below is cold.
///
/// Steps are even in the logarithm, so twice and half are equally far from neutral.
///
/// @param factor the ratio at which the scale ends; its inverse is the other end; above 1
record HeatScale(double factor) {
    /// The number of colours; the middle one is neutral.
    static final int LEVELS = 9;

    HeatScale {
        if (!(factor > 1 && factor <= 1e6)) {
            throw new IllegalArgumentException("factor must be in (1, 1e6], was " + factor);
        }
    }

    /// The colour of a ratio, from 0 (coldest; also zero and negative) to `LEVELS - 1`.
    int level(double ratio) {
        if (!(ratio > 0)) {
            return 0;
        }
        double position = (Math.log(ratio) / Math.log(factor) + 1) / 2;
        return Math.clamp(Math.round(position * (LEVELS - 1)), 0, LEVELS - 1);
    }

    /// The ratio at the middle of a colour, as text.
    String label(int level) {
        double ratio = Math.pow(factor, 2.0 * level / (LEVELS - 1) - 1);
        if (ratio < 1) {
            return "1/" + Html.coordinate(1 / ratio);
        }
        return String.format(Locale.ROOT, "%s×", Html.coordinate(ratio));
    }
}
