// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.model.LoadedModel;
import dev.witan.train.data.DataPosition;
import dev.witan.train.data.TrainingData;
import dev.witan.train.loop.TinyTraining;
import dev.witan.train.loop.TrainConfig;
import dev.witan.train.loop.Trainer;
import dev.witan.train.loop.TrainingProgress;
import dev.witan.train.session.TrainingSession;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Faulty ways to continue a run: the losses, equal to the bit when all is restored, must differ
/// with each.
@Tag("mutants")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ResumeMutantsTest {
    private static final int STEPS = 8;

    /// Within the second epoch.
    private static final int SAVED = 5;

    private TrainConfig config = TinyTraining.config("steps=" + STEPS);
    private List<TrainingData> data = List.of();
    private List<Double> expected = List.of();
    private Path checkpoint = Path.of("");

    @BeforeAll
    void wholeRun(@TempDir Path dir) throws IOException {
        Path text = TinyTraining.text(dir.resolve("sums.txt"), 20);
        Path out = dir.resolve("run");
        String[] settings = {"steps=" + STEPS, "checkpoint.every=" + SAVED};
        config = TinyTraining.config(settings);
        try (TrainingSession session = TinyRun.open(text, out, false, settings)) {
            session.train();
            data = List.of(session.data());
        }
        expected = ResumeTest.losses(out).subList(SAVED, STEPS);
        checkpoint = out.resolve("checkpoint-" + SAVED);
    }

    /// A fault, as a change of what the checkpoint says or of the trainer after it was restored.
    record Variant(String name, UnaryOperator<TrainingProgress> progress, boolean optimizer) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Variant> variants() {
        return Stream.of(
                position("resumed from the start of the data", p -> DataPosition.START),
                position("resumed one window late", p -> at(p.epoch(), p.index() + 1)),
                position("resumed one window early", p -> at(p.epoch(), p.index() - 1)),
                position("resumed one batch late", p -> at(p.epoch(), p.index() + 4)),
                position("resumed in the first epoch", p -> at(0, p.index())),
                position("resumed at the next epoch", p -> at(p.epoch() + 1, 0)),
                new Variant(
                        "steps counted from the resumption",
                        p -> progress(0, p.data(), p.optimizerSteps()),
                        true),
                new Variant(
                        "bias correction of the optimiser started again",
                        p -> progress(p.step(), p.data(), 0),
                        true),
                new Variant(
                        "moments of the optimiser not restored", UnaryOperator.identity(), false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void isKilled(Variant variant) throws IOException {
        var real = new Variant("none", UnaryOperator.identity(), true);
        assertThat(losses(real)).isEqualTo(expected);
        List<Double> faulty = losses(variant);
        assertThatThrownBy(() -> assertThat(faulty).isEqualTo(expected))
                .isInstanceOf(AssertionError.class);
        System.out.println("killed: " + variant);
    }

    private List<Double> losses(Variant variant) throws IOException {
        Checkpoint saved = Checkpoint.open(checkpoint);
        LoadedModel loaded = saved.model(config.precision());
        var trainer = new Trainer(config, loaded.model(), data.getFirst(), InstantSource.system());
        if (variant.optimizer) {
            saved.restore(trainer);
        }
        trainer.resume(variant.progress.apply(saved.state().progress()));
        List<Double> losses = new ArrayList<>();
        for (int i = SAVED; i < STEPS; i++) {
            losses.add(trainer.step().loss());
        }
        loaded.tokenizer().close();
        return losses;
    }

    private static Variant position(String name, UnaryOperator<DataPosition> change) {
        return new Variant(
                name, p -> progress(p.step(), change.apply(p.data()), p.optimizerSteps()), true);
    }

    private static DataPosition at(long epoch, long index) {
        return new DataPosition(epoch, index);
    }

    private static TrainingProgress progress(long step, DataPosition data, long optimizerSteps) {
        return new TrainingProgress(step, 64 * step, data, optimizerSteps, 0);
    }
}
