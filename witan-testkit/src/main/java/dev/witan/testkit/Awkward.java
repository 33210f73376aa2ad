// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit;

import java.util.stream.IntStream;

/// Sizes and values at which code breaks: none, one, primes, just beside a power of two.
///
/// Made for `@MethodSource("dev.witan.testkit.Awkward#tokens")`.
public final class Awkward {
    private Awkward() {}

    /// Numbers of tokens.
    public static IntStream tokens() {
        return IntStream.of(0, 1, 2, 7, 13, 31, 64, 65, 127);
    }

    /// Widths of vectors.
    public static IntStream widths() {
        return IntStream.of(1, 2, 3, 8, 17, 64, 67);
    }

    /// Numbers of experts.
    public static IntStream experts() {
        return IntStream.of(1, 2, 3, 7, 8, 63, 64);
    }

    /// Values that a float32 takes badly: zeros, subnormals, extremes, infinities, not a number.
    public static float[] floats() {
        return new float[] {
            0f,
            -0f,
            Float.MIN_VALUE,
            -Float.MIN_VALUE,
            Float.MIN_NORMAL,
            1f,
            Math.nextUp(1f),
            -Float.MAX_VALUE,
            Float.MAX_VALUE,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.NaN
        };
    }
}
