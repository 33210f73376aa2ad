// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

import dev.witan.moe.RoutingStatistics;
import dev.witan.train.metrics.RoutingMetrics;

import java.util.ArrayList;
import java.util.List;

/// Sums of routing statistics over micro-batches, per layer and iteration.
final class LoadCount {
    private final List<List<Cell>> layers = new ArrayList<>();

    private static final class Cell {
        final long[] tokensPerExpert;
        long dropped;
        long tokens;
        double overlap;
        boolean overlaps;

        Cell(int experts) {
            tokensPerExpert = new long[experts];
        }

        void add(RoutingStatistics part) {
            int[] counts = part.tokensPerExpert();
            for (int e = 0; e < counts.length; e++) {
                tokensPerExpert[e] += counts[e];
            }
            dropped += part.droppedTokens();
            tokens += part.tokens();
            overlaps |= part.overlap().isPresent();
            overlap += part.overlap().orElse(0) * part.tokens();
        }

        RoutingMetrics metrics(long step, int layer, int iteration) {
            RoutingMetrics metrics = RoutingMetrics.of(step, layer, iteration, tokensPerExpert);
            long rows = metrics.tokensPerExpert().stream().mapToLong(Long::longValue).sum();
            if (rows + dropped > 0) {
                metrics = metrics.withDroppedFraction(dropped / (double) (rows + dropped));
            }
            return overlaps ? metrics.withOverlapWithPrevious(overlap / tokens) : metrics;
        }
    }

    void add(List<List<RoutingStatistics>> statistics) {
        for (int l = 0; l < statistics.size(); l++) {
            if (l == layers.size()) {
                layers.add(new ArrayList<>());
            }
            for (int t = 0; t < statistics.get(l).size(); t++) {
                RoutingStatistics part = statistics.get(l).get(t);
                if (t == layers.get(l).size()) {
                    layers.get(l).add(new Cell(part.tokensPerExpert().length));
                }
                layers.get(l).get(t).add(part);
            }
        }
    }

    /// The load in one iteration of a layer, summed over the iterations if they share a router.
    long[] tokensPerExpert(int layer, int iteration) {
        return layers.get(layer).get(iteration).tokensPerExpert;
    }

    List<RoutingMetrics> metrics(long step) {
        List<RoutingMetrics> metrics = new ArrayList<>();
        for (int l = 0; l < layers.size(); l++) {
            for (int t = 0; t < layers.get(l).size(); t++) {
                metrics.add(layers.get(l).get(t).metrics(step, l, t));
            }
        }
        return metrics;
    }
}
