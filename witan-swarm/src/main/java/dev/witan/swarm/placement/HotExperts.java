// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import dev.witan.swarm.ExpertId;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// How many more replicas the busiest experts get: one peer's decision from what it measured.
///
/// The load per replica of an expert is compared with the mean load per expert. Above
/// [Limits#addAbove] it gets one more; it loses one when even with one less it would stay below
/// [Limits#removeBelow]. Both must hold for several observations in a row, and the second limit is
/// below the first, so an addition is never followed by a removal at the same load.
///
/// **Threads.** One at a time.
public final class HotExperts {
    private final Limits limits;
    private final Map<ExpertId, State> states = new HashMap<>();

    /// When to act.
    ///
    /// @param addAbove load per replica over the mean load, above which a replica is added
    /// @param removeBelow the same after a removal, below which one is removed; below `addAbove`
    /// @param observations successive observations that must agree
    /// @param extraMax most additional replicas of one expert
    public record Limits(double addAbove, double removeBelow, int observations, int extraMax) {
        /// Twice the mean for three observations; at most six more.
        public static final Limits DEFAULT = new Limits(2, 1.2, 3, 6);

        /// Checks the limits.
        public Limits {
            if (!(removeBelow > 0 && removeBelow < addAbove)) {
                throw new IllegalArgumentException(
                        "removeBelow must be in (0, addAbove = "
                                + addAbove
                                + "), was "
                                + removeBelow);
            }
            if (observations < 1 || extraMax < 0) {
                throw new IllegalArgumentException(
                        "observations must be >= 1 and extraMax >= 0, were "
                                + observations
                                + " and "
                                + extraMax);
            }
        }
    }

    private record State(int extra, int hot, int cold) {
        static final State QUIET = new State(0, 0, 0);
    }

    /// Nobody has more replicas yet.
    public HotExperts(Limits limits) {
        this.limits = limits;
    }

    /// Takes one observation of all experts and returns the additional replicas, of those that have
    /// any.
    ///
    /// @param load rows per second of each expert, over all its replicas
    public Map<ExpertId, Integer> observe(Map<ExpertId, Double> load) {
        double mean = load.values().stream().mapToDouble(l -> l).average().orElse(0);
        var extra = new TreeMap<ExpertId, Integer>();
        states.keySet().retainAll(load.keySet());
        load.forEach((expert, rows) -> {
            State next = next(states.getOrDefault(expert, State.QUIET), rows, mean);
            states.put(expert, next);
            if (next.extra > 0) {
                extra.put(expert, next.extra);
            }
        });
        return extra;
    }

    private State next(State state, double rows, double mean) {
        double heat = mean > 0 ? rows / mean : 0;
        boolean hot = state.extra < limits.extraMax && heat / (1 + state.extra) > limits.addAbove;
        boolean cold = state.extra > 0 && heat / state.extra < limits.removeBelow;
        if (hot && state.hot + 1 >= limits.observations) {
            return new State(state.extra + 1, 0, 0);
        }
        if (cold && state.cold + 1 >= limits.observations) {
            return new State(state.extra - 1, 0, 0);
        }
        return new State(state.extra, hot ? state.hot + 1 : 0, cold ? state.cold + 1 : 0);
    }
}
