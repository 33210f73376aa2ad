// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.Engine;
import dev.witan.engine.Scope;
import dev.witan.swarm.dispatch.StepOutcome;
import dev.witan.swarm.dispatch.SwarmModel;
import dev.witan.swarm.host.AdamWExpertOptimizer;
import dev.witan.swarm.host.ExpertOptimizer;
import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.train.data.TrainingData;
import dev.witan.train.loop.Trainer;
import dev.witan.train.optimizer.AdamWConfig;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Steps that get one thing wrong: the comparison with one process notices each.
@Tag("mutants")
final class StepMutantsTest {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final int STEPS = 12;

    @TempDir private Path folder;

    @BeforeAll
    static void start() {
        Engine.start();
    }

    @Test
    void whatIsRightIsNotFound() throws IOException {
        assertThat(differences(StepRules.STANDARD, new AdamWExpertOptimizer())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void isFound(String where, StepRules rules, ExpertOptimizer optimizer) throws IOException {
        assertThat(differences(rules, optimizer)).contains(where);
    }

    /// What differs from one process after some steps, one of them with a gradient that is not
    /// finite.
    private List<String> differences(StepRules rules, ExpertOptimizer optimizer)
            throws IOException {
        TestModel model = TestModel.named(TestModel.CHAIN);
        TrainingData data = Sums.data(folder);
        try (var hosts = new MemoryHosts(model, 3, optimizer)) {
            var here = new Trainer(model.config(), model.whole(), data, CLOCK);
            var there = new SwarmTrainer(model.config(), hosts.swarm(), data, CLOCK, rules);
            Curve expected = steps(here);
            Curve actual = steps(there.trainer());
            List<String> differences = new ArrayList<>();
            if (!actual.norms().equals(expected.norms())) {
                differences.add("norms");
            }
            if (!hosts.hashes().equals(TestModel.expertHashes(here.model()))) {
                differences.add("experts");
            }
            if (!TestModel.trunkHashes(there.model()).equals(TestModel.trunkHashes(here.model()))) {
                differences.add("trunk");
            }
            return differences;
        }
    }

    private static Curve steps(Trainer trainer) {
        Curve curve = Curve.of(trainer::step, STEPS);
        try (Scope scope = Scope.open()) {
            Tensor head = trainer.model().trunk().getLast().value().detach();
            Tensor good = head.clone();
            head.fill_(new Scalar(Double.NaN));
            trainer.step();
            head.copy_(good);
        }
        curve.norms().addAll(Curve.of(trainer::step, 2).norms());
        return curve;
    }

    static Stream<Arguments> mutants() {
        return Stream.of(
                mutant(
                        "commit skips experts without rows",
                        "experts",
                        StepRules.STANDARD,
                        new SkippingOptimizer()),
                rules(
                        "clipping by the trunk's norm only",
                        "experts",
                        new StepRules() {
                            @Override
                            double sumOfSquares(double trunk, StepOutcome.Prepared experts) {
                                return trunk;
                            }
                        }),
                rules(
                        "experts summed on their own first",
                        "norms",
                        new StepRules() {
                            @Override
                            double sumOfSquares(double trunk, StepOutcome.Prepared experts) {
                                return trunk + experts.sumOfSquares();
                            }
                        }),
                rules(
                        "experts are not clipped",
                        "experts",
                        new StepRules() {
                            @Override
                            AdamWUpdate update(
                                    AdamWConfig config, double rate, double norm, long step) {
                                return super.update(config, rate, 0, step);
                            }
                        }),
                rules(
                        "experts' moments one step behind",
                        "experts",
                        new StepRules() {
                            @Override
                            AdamWUpdate update(
                                    AdamWConfig config, double rate, double norm, long step) {
                                return super.update(config, rate, norm, Math.max(1, step - 1));
                            }
                        }),
                rules(
                        "a step given up stays open",
                        "experts",
                        new StepRules() {
                            @Override
                            void giveUp(SwarmModel swarm) {}
                        }),
                rules(
                        "steps that are not finite are applied to experts",
                        "experts",
                        new StepRules() {
                            @Override
                            void giveUp(SwarmModel swarm) {
                                swarm.commit(
                                        new AdamWUpdate(1, 0.01, 0.1, 0.9, 0.95, 1e-8, STEPS + 1));
                            }
                        }));
    }

    private static Arguments rules(String name, String where, StepRules rules) {
        return mutant(name, where, rules, new AdamWExpertOptimizer());
    }

    private static Arguments mutant(
            String name, String where, StepRules rules, ExpertOptimizer optimizer) {
        return Arguments.argumentSet(name, where, rules, optimizer);
    }

    /// Leaves experts alone whose gradient is zero.
    private static final class SkippingOptimizer implements ExpertOptimizer {
        private final ExpertOptimizer inner = new AdamWExpertOptimizer();

        @Override
        public void step(State state, AdamWUpdate update) {
            for (long e = 0; e < state.value().size(0); e++) {
                if (sumOfSquares(state.gradient().select(0, e)) > 0) {
                    inner.step(
                            new State(
                                    state.value().narrow(0, e, 1),
                                    state.gradient().narrow(0, e, 1),
                                    state.mean().narrow(0, e, 1),
                                    state.square().narrow(0, e, 1)),
                            update);
                }
            }
        }

        @Override
        public double sumOfSquares(Tensor gradient) {
            return inner.sumOfSquares(gradient);
        }
    }
}
