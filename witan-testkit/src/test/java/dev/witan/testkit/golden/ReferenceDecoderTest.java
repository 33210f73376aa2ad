// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.witan.testkit.FiniteDifferences;
import dev.witan.testkit.reference.Algebra;
import dev.witan.testkit.reference.ReferenceAttention;
import dev.witan.testkit.reference.ReferenceLosses;
import dev.witan.testkit.reference.ReferenceRouting;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Further goldens than those of this module are checked with `-Dwitan.goldens=FOLDER,FOLDER`.
class ReferenceDecoderTest {

    static Stream<Golden> goldens() throws IOException {
        List<Golden> goldens = new ArrayList<>();
        for (String name : Golden.NAMES) {
            goldens.add(Golden.named(name));
        }
        String more = System.getProperty("witan.goldens", "");
        for (String folder : more.isEmpty() ? new String[0] : more.split(",", -1)) {
            goldens.add(Golden.read(Path.of(folder)));
        }
        return goldens.stream();
    }

    static Stream<Golden> goldensWithTraining() throws IOException {
        return goldens().filter(golden -> golden.results().has("loss_train_mode"));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void logitsAgreeWithTheReferenceImplementation(Golden golden) {
        Weights weights = Weights.of(golden.weights());
        var decoder = new ReferenceDecoder(golden.config(), weights);
        double[][] expected = golden.logits();
        double largest = 0;
        int row = 0;
        for (int[] sequence : golden.inputIds()) {
            for (double[] actual : decoder.forward(sequence).logits()) {
                for (int v = 0; v < actual.length; v++) {
                    largest = Math.max(largest, Math.abs(actual[v] - expected[row][v]));
                }
                row++;
            }
        }
        assertThat(row).isEqualTo(expected.length);
        assertThat(largest).as(golden.name()).isLessThan(2e-5);
        assertThat(weights.unread()).as("weights that took no part").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void greedyTokensAreTheArgumentOfTheMaximum(Golden golden) {
        int[] greedy = golden.tensors().integers("greedy")[0];
        int prompt = golden.tensors().integers("prompt")[0].length;
        double[][] logits = ReferenceDecoder.of(golden).forward(greedy).logits();
        for (int t = prompt; t < greedy.length; t++) {
            int[] best = Algebra.topK(logits[t - 1], 2);
            double margin = logits[t - 1][best[0]] - logits[t - 1][best[1]];
            assertThat(greedy[t] == best[0] || margin < 1e-3).as("step " + t).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("goldensWithTraining")
    void lossAgreesWithTheReferenceImplementation(Golden golden) {
        double expected = golden.results().path("loss_train_mode").asDouble();
        var decoder = ReferenceDecoder.of(golden);
        double loss = 0;
        for (int[] sequence : golden.inputIds()) {
            loss += languageLoss(decoder.forward(sequence), sequence) / golden.inputIds().length;
        }
        assertThat(loss).isCloseTo(expected, within(1e-5));
    }

    /// The gradient holds the language-model loss and the sequence-level loss of every routing; one
    /// derivative per row of each gate, by central differences through the whole model.
    @ParameterizedTest
    @MethodSource("goldensWithTraining")
    void routerGradientsAgreeWithTheReferenceImplementation(Golden golden) {
        Weights weights = Weights.of(golden.weights());
        List<String> gates =
                golden.tensors().names().stream().filter(n -> n.startsWith("grad.")).toList();
        assertThat(gates).isNotEmpty();
        for (String gradient : gates) {
            double[][] expected = golden.tensors().matrix(gradient);
            String gate = gradient.substring("grad.".length());
            double norm = Math.sqrt(Algebra.inner(expected, expected));
            for (int e = 0; e < expected.length; e += 3) {
                double actual =
                        FiniteDifferences.partial(
                                w -> trainingLoss(golden, weights.with(gate, w)),
                                weights.matrix(gate),
                                e,
                                5 * e);
                assertThat(actual).as(gate).isCloseTo(expected[e][5 * e], within(1e-3 * norm));
            }
        }
    }

    @Test
    void refusesAFamilyWithoutReference() {
        var config = JsonMapper.shared().readTree("{\"model_type\": \"llama\"}");
        assertThatThrownBy(() -> DecoderConfig.of(config))
                .hasMessage("model_type llama has no reference");
    }

    private static double trainingLoss(Golden golden, Weights weights) {
        int[][] sequences = golden.inputIds();
        double alpha = golden.config().path("aux_loss_alpha").asDouble();
        var decoder = new ReferenceDecoder(golden.config(), weights);
        double loss = 0;
        for (int[] sequence : sequences) {
            ReferenceDecoder.Output out = decoder.forward(sequence);
            loss += languageLoss(out, sequence);
            for (List<ReferenceRouting> layer : out.routings()) {
                for (ReferenceRouting routing : layer) {
                    loss +=
                            alpha
                                    * ReferenceLosses.sequenceLevel(
                                                    routing.logits(), routing.expertIds(), 1)
                                            .loss();
                }
            }
        }
        return loss / sequences.length;
    }

    /// Token t predicts token t + 1.
    private static double languageLoss(ReferenceDecoder.Output out, int[] sequence) {
        double[][] logits = Arrays.copyOf(out.logits(), sequence.length - 1);
        int[] targets = Arrays.copyOfRange(sequence, 1, sequence.length);
        return ReferenceAttention.crossEntropy(logits, targets).loss();
    }
}
