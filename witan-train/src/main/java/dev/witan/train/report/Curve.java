// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.util.ArrayList;
import java.util.List;

/// A named sequence of points and how it is drawn.
///
/// @param name what the legend says
/// @param points in ascending order of x
/// @param form how it is drawn
/// @param colour index into the palette of eight, taken modulo eight
public record Curve(String name, List<Point> points, Form form, int colour) {
    /// How a curve is drawn.
    public enum Form {
        /// A line, with a band where points have intervals.
        LINE,
        /// A thin pale line, for raw values behind a smoothed curve.
        FAINT,
        /// A line with a dot at every point; dots show their values when pointed at.
        DOTS
    }

    /// Creates a curve.
    ///
    /// Errors: a negative colour is an `IllegalArgumentException`.
    public Curve {
        points = List.copyOf(points);
        if (colour < 0) {
            throw new IllegalArgumentException("colour must be at least 0, was " + colour);
        }
    }

    /// This curve with fewer points where it has more than a drawing can show.
    ///
    /// Of each bucket of neighbours the first, lowest and highest stay, so peaks stay visible.
    Curve thinned(int pointsMax) {
        if (points.size() <= pointsMax) {
            return this;
        }
        int bucketSize = Math.ceilDiv(points.size() * 3, pointsMax);
        var kept = new ArrayList<Point>();
        for (int start = 0; start < points.size(); start += bucketSize) {
            int end = Math.min(points.size(), start + bucketSize);
            int low = start;
            int high = start;
            for (int i = start; i < end; i++) {
                low = points.get(i).y() < points.get(low).y() ? i : low;
                high = points.get(i).y() > points.get(high).y() ? i : high;
            }
            int first = Math.min(low, high);
            int last = Math.max(low, high);
            kept.add(points.get(start));
            if (first > start) {
                kept.add(points.get(first));
            }
            if (last > first) {
                kept.add(points.get(last));
            }
        }
        if (!kept.getLast().equals(points.getLast())) {
            kept.add(points.getLast());
        }
        return new Curve(name, kept, form, colour);
    }
}
