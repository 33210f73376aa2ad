// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.swarm.protocol.ExpertRows;
import dev.witan.swarm.protocol.Rows;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Arithmetic that keeps account instead of computing: a row of a gradient carries a number that
/// names it, so it can be said which contributions each step applied.
///
/// Expert `e` answers `2 x + e`, and the gradient of an input is three times that of its answer.
final class TallyArithmetic implements ExpertArithmetic {
    static final int WIDTH = 2;

    private final int[] experts;
    private final Ledger ledger;
    private final int host;
    private final Set<Integer> applied = new HashSet<>();
    private long steps;

    TallyArithmetic(int[] experts, Ledger ledger, int host) {
        this.experts = experts.clone();
        this.ledger = ledger;
        this.host = host;
    }

    long steps() {
        return steps;
    }

    static float answer(int expert, float x) {
        return 2 * x + expert;
    }

    static float inputGradient(float gradient) {
        return 3 * gradient;
    }

    @Override
    public int experts() {
        return experts.length;
    }

    @Override
    public int modelWidth() {
        return WIDTH;
    }

    @Override
    public long parametersPerExpert() {
        return 1;
    }

    @Override
    public Accumulator accumulator() {
        return new Tally();
    }

    @Override
    public Pass forward(@Nullable Accumulator into, List<ExpertRows> rows, Rows tokens) {
        requireFinite(tokens);
        Rows answers = Rows.zeros(ExpertRows.count(rows), WIDTH);
        List<Integer> slots = new ArrayList<>();
        for (ExpertRows part : rows) {
            for (int token : part.tokens()) {
                for (int c = 0; c < WIDTH; c++) {
                    float answer = answer(experts[part.expert()], tokens.get(token, c));
                    answers.set(slots.size(), c, answer);
                }
                slots.add(part.expert());
            }
        }
        return new TallyPass((Tally) into, slots, answers);
    }

    private void requireFinite(Rows rows) {
        if (!rows.finite()) {
            ledger.violation("host " + host + " computes with a value that is not finite");
        }
    }

    @Override
    public void step(Accumulator gradients, AdamWUpdate update) {
        Tally tally = (Tally) gradients;
        Set<Ledger.Origin> origins = new HashSet<>();
        tally.codes.forEach((slot, codes) -> {
            if (!codes.equals(tally.summed.getOrDefault(slot, List.of()))) {
                ledger.violation("a gradient changed after its size was told");
            }
            codes.forEach(code -> origins.add(ledger.origin(code)));
            ledger.committed(codes);
        });
        if (origins.size() > 1) {
            ledger.violation("one commit applies gradients of " + origins);
        }
        tally.clear();
        steps++;
    }

    private void apply(int slot, int code, Tally tally) {
        if (!applied.add(code)) {
            ledger.violation("host " + host + " applied " + ledger.origin(code) + " twice");
        }
        long seen = ledger.versionSeen(code);
        if (seen > steps || steps - seen > ledger.maxStaleness()) {
            ledger.violation("applied at version " + steps + " what saw version " + seen);
        }
        tally.codes.computeIfAbsent(slot, _ -> new ArrayList<>()).add(code);
    }

    private final class TallyPass implements Pass {
        private final @Nullable Tally tally;
        private final List<Integer> slots;
        private final Rows answers;

        TallyPass(@Nullable Tally tally, List<Integer> slots, Rows answers) {
            this.tally = tally;
            this.slots = slots;
            this.answers = answers;
        }

        @Override
        public Rows answers() {
            return answers;
        }

        @Override
        public Rows backward(Rows gradient) {
            requireFinite(gradient);
            Rows gradInputs = Rows.zeros(gradient.count(), WIDTH);
            for (int row = 0; row < gradient.count(); row++) {
                if (tally != null) {
                    apply(slots.get(row), Math.round(gradient.get(row, 0)), tally);
                }
                for (int c = 0; c < WIDTH; c++) {
                    gradInputs.set(row, c, inputGradient(gradient.get(row, c)));
                }
            }
            return gradInputs;
        }

        @Override
        public long size() {
            return answers.size();
        }

        @Override
        public void close() {}
    }

    private static final class Tally implements Accumulator {
        private final Map<Integer, List<Integer>> codes = new HashMap<>();
        private final Map<Integer, List<Integer>> summed = new HashMap<>();

        @Override
        public double sumOfSquares(int slot) {
            List<Integer> all = codes.getOrDefault(slot, List.of());
            summed.put(slot, List.copyOf(all));
            return all.size();
        }

        @Override
        public void clear() {
            codes.clear();
            summed.clear();
        }

        @Override
        public long size() {
            return Long.BYTES;
        }

        @Override
        public void close() {
            clear();
        }
    }

    /// What is known about contributions from outside the hosts, and what went wrong.
    static final class Ledger {
        private final long maxStaleness;
        private final Consumer<String> violations;
        private final Map<Integer, Origin> origins = new HashMap<>();
        private final Map<Integer, Long> seen = new HashMap<>();
        private final Set<Integer> committed = new HashSet<>();
        private int next = 1;

        /// Whose a contribution is.
        record Origin(int trainer, long step) {}

        Ledger(long maxStaleness, Consumer<String> violations) {
            this.maxStaleness = maxStaleness;
            this.violations = violations;
        }

        void violation(String what) {
            violations.accept(what);
        }

        long maxStaleness() {
            return maxStaleness;
        }

        /// A new contribution of one row.
        int code(int trainer, long step) {
            origins.put(next, new Origin(trainer, step));
            return next++;
        }

        Origin origin(int code) {
            return origins.getOrDefault(code, new Origin(-1, -1));
        }

        void saw(int code, long version) {
            seen.put(code, version);
        }

        long versionSeen(int code) {
            return seen.getOrDefault(code, Long.MAX_VALUE);
        }

        void committed(List<Integer> codes) {
            committed.addAll(codes);
        }

        boolean isCommitted(int code) {
            return committed.contains(code);
        }
    }
}
