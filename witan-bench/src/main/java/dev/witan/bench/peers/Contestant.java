// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// One system of the comparison with all its samples.
///
/// @param speed samples of the alternating runs by round
/// @param loss the long run whose losses are compared, where there was one
record Contestant(String label, Map<Integer, TrainingSample> speed, Optional<TrainingSample> loss) {
    Contestant {
        speed = Collections.unmodifiableMap(new TreeMap<>(speed));
        if (speed.isEmpty() && loss.isEmpty()) {
            throw new IllegalArgumentException("contestant " + label + " must have a sample");
        }
    }

    TrainingSample any() {
        return loss.orElseGet(() -> speed.values().iterator().next());
    }

    OrderStatistics tokensPerSecond() {
        return OrderStatistics.of(
                speed.values().stream().mapToDouble(TrainingSample::tokensPerSecond).toArray());
    }

    /// Largest over the alternating runs.
    long peakRssBytes() {
        return speed.values().stream().mapToLong(TrainingSample::peakRssBytes).max().orElse(0);
    }

    /// This one's speed over the other's, round by round; only rounds that both ran.
    OrderStatistics speedOver(Contestant other) {
        List<Integer> rounds = speed.keySet().stream().filter(other.speed::containsKey).toList();
        return OrderStatistics.of(
                rounds.stream().mapToDouble(round -> ratio(round, other)).toArray());
    }

    private double ratio(int round, Contestant other) {
        return sample(round).tokensPerSecond() / other.sample(round).tokensPerSecond();
    }

    private TrainingSample sample(int round) {
        return Objects.requireNonNull(speed.get(round), "round");
    }
}
