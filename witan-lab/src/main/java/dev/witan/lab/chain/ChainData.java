// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import dev.witan.lab.chain.problems.Split;
import dev.witan.lab.chain.problems.WordProblems;
import dev.witan.model.tokenizer.ByteTokenizer;
import dev.witan.train.data.ByteText;
import dev.witan.train.data.DataException;
import dev.witan.train.data.Domain;
import dev.witan.train.data.DomainData;
import dev.witan.train.data.TrainingData;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The text of an experiment, as bytes: training text by seed, one validation text for all.
public sealed interface ChainData {
    /// What the text is, in a sentence.
    String description();

    /// The training text of a seed.
    TrainingData training(long seed);

    /// The validation text.
    DomainData validation();

    /// Generated word problems: each seed trains on a text of its own and sees no window twice.
    static ChainData generated(ChainBudget budget) {
        var problems = WordProblems.load();
        return new Generated(
                problems,
                budget.trainingBytes(),
                generated(
                        "validation",
                        problems.text(Split.VALIDATION, 0, budget.validationBytes())));
    }

    /// Two files, for training and for validation.
    ///
    /// **Errors** a file that is missing, empty, not UTF-8 or shorter than a training row →
    /// [DataException].
    static ChainData files(Path training, Path validation, ChainBudget budget) throws IOException {
        DomainData trained = DomainData.read(new Domain("training", training), new ByteTokenizer());
        DomainData held =
                DomainData.read(new Domain("validation", validation), new ByteTokenizer());
        long least = budget.shape().context() + 1L;
        for (DomainData data : List.of(trained, held)) {
            if (data.text().length() < least) {
                throw new DataException(
                        data.domain().file()
                                + ": "
                                + data.text().length()
                                + " bytes are too few, a row has "
                                + least);
            }
        }
        return new Files(
                new TrainingData(List.of(trained)),
                held,
                budget.tokens(),
                budget.validationBytes());
    }

    private static DomainData generated(String name, byte[] bytes) {
        ByteText text = ByteText.of(bytes);
        return new DomainData(
                new Domain(name, Path.of("generated-" + name)), text, text, text.sha256());
    }

    /// Word problems without end.
    ///
    /// @param trainingBytes bytes of a training text
    record Generated(WordProblems problems, int trainingBytes, DomainData validation)
            implements ChainData {
        @Override
        public String description() {
            return "generated word problems with worked answers, "
                    + problems.templates().size()
                    + " templates; training and validation share no template with the same numbers;"
                    + " a run takes less than one epoch of a text of its seed's own";
        }

        @Override
        public TrainingData training(long seed) {
            byte[] text = problems.text(Split.TRAINING, seed, trainingBytes);
            return new TrainingData(List.of(generated("training", text)));
        }
    }

    /// Text of the user.
    ///
    /// @param tokens training tokens of a run
    /// @param validationBytes bytes that are measured at most
    record Files(TrainingData trained, DomainData validation, long tokens, int validationBytes)
            implements ChainData {
        @Override
        public String description() {
            return String.format(
                    java.util.Locale.ROOT,
                    "bytes of %s (%.2f epochs a run), validated on %,d bytes spread over %s",
                    trained.domains().getFirst().domain().file().getFileName(),
                    tokens / (double) trained.tokens(),
                    Math.min(validation.text().length(), validationBytes),
                    validation.domain().file().getFileName());
        }

        @Override
        public TrainingData training(long seed) {
            return trained;
        }
    }
}
