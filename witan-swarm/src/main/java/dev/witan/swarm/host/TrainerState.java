// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.swarm.protocol.CommitAnswer;
import dev.witan.swarm.protocol.UpdateId;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a host remembers of one trainer: the gradients of its open step, and its last commit.
final class TrainerState {
    private final Map<Integer, ExpertArithmetic.Accumulator> gradients = new TreeMap<>();
    private final Map<Integer, Set<Integer>> touched = new TreeMap<>();
    private final Set<UpdateId> applied = new HashSet<>();
    private long openStep = -1;
    private boolean prepared;
    private long committedStep = -1;
    private @Nullable CommitAnswer lastCommit;
    private long lastSeen;

    ExpertArithmetic.Accumulator gradients(int layer, ExpertArithmetic arithmetic) {
        return gradients.computeIfAbsent(layer, _ -> arithmetic.accumulator());
    }

    /// Slots of a layer that got contributions in this step, ascending.
    Set<Integer> touched(int layer) {
        return touched.computeIfAbsent(layer, _ -> new TreeSet<>());
    }

    Set<UpdateId> applied() {
        return applied;
    }

    long openStep() {
        return openStep;
    }

    boolean prepared() {
        return prepared;
    }

    long committedStep() {
        return committedStep;
    }

    @Nullable CommitAnswer lastCommit() {
        return lastCommit;
    }

    /// Begins a step and gives up what an unfinished one had.
    ///
    /// @return contributions given up
    int open(long step) {
        int dropped = applied.size();
        gradients.values().forEach(ExpertArithmetic.Accumulator::clear);
        clear();
        openStep = step;
        return dropped;
    }

    void prepare() {
        prepared = true;
    }

    void commit(long step, CommitAnswer answer) {
        clear();
        committedStep = step;
        lastCommit = answer;
    }

    private void clear() {
        applied.clear();
        touched.clear();
        prepared = false;
    }

    void seen(long now) {
        lastSeen = now;
    }

    boolean idle(long now, long idleNanos) {
        return now - lastSeen >= idleNanos;
    }

    /// Frees the gradients.
    ///
    /// @return contributions given up
    int drop() {
        int dropped = applied.size();
        gradients.values().forEach(ExpertArithmetic.Accumulator::close);
        gradients.clear();
        clear();
        return dropped;
    }
}
