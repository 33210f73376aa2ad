// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.util.ArrayList;
import java.util.List;

/// Smoothing of noisy curves.
public final class Smoothing {
    private Smoothing() {}

    /// The exponential moving average without the start-up bias; values that are not finite are
    /// passed over.
    ///
    /// Source: Kingma and Ba, Adam, 2015, section 3 (bias correction).
    ///
    /// @param decay weight of the past, in [0, 1)
    public static List<Point> exponential(List<Point> points, double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("decay must be in [0, 1), was " + decay);
        }
        var smooth = new ArrayList<Point>();
        double average = 0;
        double weight = 0;
        for (Point point : points) {
            if (point.isFinite()) {
                average = decay * average + (1 - decay) * point.y();
                weight = decay * weight + (1 - decay);
                smooth.add(Point.of(point.x(), average / weight));
            }
        }
        return List.copyOf(smooth);
    }
}
