// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The line `a·x + b·y + c = 0`, also read as the half-plane where that sum is not negative.
record Line(double a, double b, double c) {

    /// Weights of a unit with two inputs, the bias last.
    static Line of(double[] weights) {
        return new Line(weights[0], weights[1], weights[2]);
    }

    Line minus(Line other) {
        return new Line(a - other.a, b - other.b, c - other.c);
    }

    double at(double x, double y) {
        return a * x + b * y + c;
    }

    /// Two ends in the plane.
    record Segment(double x1, double y1, double x2, double y2) {}

    /// The part of this line inside all half-planes, which must bound it; null if there is none, or
    /// if this is no line (`a = b = 0`).
    @Nullable Segment within(List<Line> halfPlanes) {
        double norm = a * a + b * b;
        if (!(norm > 0)) {
            return null;
        }
        double startX = -c * a / norm;
        double startY = -c * b / norm;
        double from = Double.NEGATIVE_INFINITY;
        double to = Double.POSITIVE_INFINITY;
        for (Line plane : halfPlanes) {
            // Along the line, (startX − b·t, startY + a·t), the half-plane is value + slope·t ≥ 0.
            double value = plane.at(startX, startY);
            double slope = plane.b * a - plane.a * b;
            if (slope > 0) {
                from = Math.max(from, -value / slope);
            } else if (slope < 0) {
                to = Math.min(to, -value / slope);
            } else if (value < 0) {
                return null;
            }
        }
        if (!(from < to) || Double.isInfinite(from) || Double.isInfinite(to)) {
            return null;
        }
        return new Segment(startX - b * from, startY + a * from, startX - b * to, startY + a * to);
    }
}
