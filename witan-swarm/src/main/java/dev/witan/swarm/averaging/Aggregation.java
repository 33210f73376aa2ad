// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

/// A rule that makes one vector of several, element by element or by distance.
///
/// "Breakdown" is how many of N contributions may hold anything, chosen by an enemy, before the
/// result can be anything.
public sealed interface Aggregation {
    /// The arithmetic mean. Breakdown: none, one contribution can move it anywhere.
    record Mean() implements Aggregation {}

    /// The median of each element, of an even number the mean of the middle two. Breakdown: fewer
    /// than N / 2; each element stays within the range of the honest ones.
    ///
    /// **Source.** Yin, Chen, Kannan, Bartlett 2018.
    record CoordinateMedian() implements Aggregation {}

    /// The mean of each element without the `trim` lowest and highest. Breakdown: up to `trim`. Of
    /// fewer than 2 · trim + 1 contributions it leaves the middle one or two.
    ///
    /// **Source.** Yin, Chen, Kannan, Bartlett 2018.
    ///
    /// @param trim from 0
    record TrimmedMean(int trim) implements Aggregation {
        /// Checks the number.
        public TrimmedMean {
            if (trim < 0) {
                throw new IllegalArgumentException("trim must be >= 0, was " + trim);
            }
        }
    }

    /// Starts at the coordinate median and moves `iterations` times by the mean of the differences
    /// to it, each shortened to at most `radius`. Breakdown: fewer than N / 2; the enemies together
    /// move the result by at most their share of `radius` per iteration.
    ///
    /// **Source.** Karimireddy, He, Jaggi 2021, equation 2; there it starts at the result of the
    /// round before.
    ///
    /// @param radius Euclidean length over the slice, > 0
    /// @param iterations from 1 to 100
    record CentredClip(double radius, int iterations) implements Aggregation {
        /// Checks the numbers.
        public CentredClip {
            if (!(radius > 0) || Double.isInfinite(radius)) {
                throw new IllegalArgumentException("radius must be finite and > 0, was " + radius);
            }
            if (iterations < 1 || iterations > 100) {
                throw new IllegalArgumentException(
                        "iterations must be in [1, 100], was " + iterations);
            }
        }
    }
}
