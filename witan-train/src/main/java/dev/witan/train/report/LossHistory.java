// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.util.ArrayList;
import java.util.List;

/// The losses of a run over its steps.
///
/// @param unit unit of all losses, such as "nats per byte"
/// @param train loss of each step's batch, by step
/// @param validation losses on held-out text, by step
/// @param baselines losses of other models on the same held-out text
public record LossHistory(
        String unit, List<Point> train, List<Point> validation, List<SvgChart.Level> baselines) {
    /// Creates a history.
    public LossHistory {
        train = List.copyOf(train);
        validation = List.copyOf(validation);
        baselines = List.copyOf(baselines);
    }

    /// A history without points.
    public static LossHistory empty(String unit) {
        return new LossHistory(unit, List.of(), List.of(), List.of());
    }

    /// This history with a baseline more.
    public LossHistory withBaseline(String name, double loss) {
        var more = new ArrayList<>(baselines);
        more.add(new SvgChart.Level(name, loss));
        return new LossHistory(unit, train, validation, more);
    }
}
