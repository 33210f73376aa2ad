// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

import dev.witan.swarm.PeerId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The contributions to a round that one participant has gathered, and the reduced slices that it
/// holds.
///
/// A slice can have been reduced by several owners, with other contributions each time; they are
/// told apart by their hashes.
///
/// **Threads.** One at a time.
final class SliceTable {
    private final RoundPlan plan;
    private final List<SortedMap<PeerId, float[]>> gathered = new ArrayList<>();
    private final List<Map<String, float[]>> results = new ArrayList<>();
    private int dropped;

    SliceTable(RoundPlan plan) {
        this.plan = plan;
        plan.participants()
                .forEach(_ -> {
                    gathered.add(new TreeMap<>());
                    results.add(new LinkedHashMap<>());
                });
    }

    int slices() {
        return results.size();
    }

    private boolean fits(int slice, float[] values) {
        return slice >= 0 && slice < slices() && values.length == plan.to(slice) - plan.from(slice);
    }

    /// Whether the contribution was taken; the first of a participant counts.
    boolean gather(PeerId from, int slice, float[] values) {
        if (!fits(slice, values)) {
            dropped++;
            return false;
        }
        return gathered.get(slice).putIfAbsent(from, values) == null;
    }

    boolean hasAll(int slice) {
        return gathered.get(slice).size() == plan.participants().size();
    }

    /// At most one variant per participant is kept.
    void hold(int slice, float[] values) {
        if (fits(slice, values) && results.get(slice).size() < slices()) {
            results.get(slice).putIfAbsent(RoundId.hash(values), values);
        }
    }

    /// Reduces what was gathered, in the order of the participants; null if nothing is usable.
    float @Nullable [] reduce(int slice) {
        int length = plan.to(slice) - plan.from(slice);
        List<float[]> contributions = List.copyOf(gathered.get(slice).values());
        Aggregated aggregated = plan.aggregator().aggregate(contributions, length);
        dropped += aggregated.dropped();
        if (aggregated.used() == 0) {
            return null;
        }
        hold(slice, aggregated.values());
        return aggregated.values();
    }

    float @Nullable [] result(int slice, String hash) {
        return slice >= 0 && slice < slices() ? results.get(slice).get(hash) : null;
    }

    /// The variant that came first; null if there is none.
    float @Nullable [] first(int slice) {
        return results.get(slice).values().stream().findFirst().orElse(null);
    }

    /// Hashes of the first variants, if every slice has one.
    RoundOutcome firsts() {
        List<String> hashes =
                results.stream()
                        .filter(variants -> !variants.isEmpty())
                        .map(variants -> variants.keySet().iterator().next())
                        .toList();
        return hashes.size() == slices()
                ? new RoundOutcome.Slices(hashes)
                : new RoundOutcome.Nothing();
    }

    /// Slices of an outcome that are not held.
    List<Integer> missing(RoundOutcome outcome) {
        var missing = new ArrayList<Integer>();
        switch (outcome) {
            case RoundOutcome.Nothing _ -> {}
            case RoundOutcome.Slices(List<String> hashes) -> {
                for (int slice = 0; slice < slices(); slice++) {
                    if (hashes.size() != slices()
                            || !results.get(slice).containsKey(hashes.get(slice))) {
                        missing.add(slice);
                    }
                }
            }
        }
        return missing;
    }

    /// The whole vector of an outcome without missing slices.
    float[] assemble(RoundOutcome.Slices outcome) {
        var values = new float[plan.length()];
        for (int slice = 0; slice < slices(); slice++) {
            float[] part = results.get(slice).get(outcome.hashes().get(slice));
            if (part == null) {
                throw new IllegalStateException("slice " + slice + " is missing");
            }
            System.arraycopy(part, 0, values, plan.from(slice), part.length);
        }
        return values;
    }

    int dropped() {
        return dropped;
    }
}
