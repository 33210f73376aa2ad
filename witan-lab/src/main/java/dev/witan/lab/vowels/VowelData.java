// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import dev.witan.moe.local1991.LabelledRows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/// The vowels `[i]`, `[I]`, `[a]` and `[Λ]` of 75 speakers, in the paper's split.
///
/// @param training speakers 1 to 50: 400 tokens
/// @param test speakers 51 to 75: 200 tokens
record VowelData(List<VowelToken> training, List<VowelToken> test) {

    private static final String RESOURCE = "peterson_barney_1952.csv";
    private static final String HEADER = "type,sex,speaker,rep,vowel,star,f0,f1,f2,f3";
    private static final int LAST_TRAINING_SPEAKER = 50;
    private static final int LAST_TEST_SPEAKER = 75;

    VowelData {
        training = List.copyOf(training);
        test = List.copyOf(test);
    }

    /// The data set that comes with this module.
    static VowelData load() {
        try (var stream =
                        Objects.requireNonNull(
                                VowelData.class.getResourceAsStream(RESOURCE), RESOURCE);
                var reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            return split(read(reader));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads all tokens of a file in the published format.
    ///
    /// Errors: another header, or a line that does not fit: [IOException] with the line's number.
    static List<VowelToken> read(Reader reader) throws IOException {
        var lines = new BufferedReader(reader);
        if (!HEADER.equals(lines.readLine())) {
            throw new IOException("line 1 must be \"" + HEADER + "\"");
        }
        var tokens = new ArrayList<VowelToken>();
        int number = 1;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String[] fields = line.split(",", -1);
            if (fields.length != 10) {
                throw new IOException(
                        "line %d must have 10 fields, had %d".formatted(number, fields.length));
            }
            try {
                tokens.add(
                        new VowelToken(
                                Integer.parseInt(fields[2]),
                                fields[4],
                                Double.parseDouble(fields[7]),
                                Double.parseDouble(fields[8])));
            } catch (NumberFormatException e) {
                throw new IOException("line %d: %s".formatted(number, e.getMessage()), e);
            }
        }
        return tokens;
    }

    /// The four vowels, split by speaker; the 76th speaker is dropped.
    static VowelData split(List<VowelToken> tokens) {
        return new VowelData(
                select(tokens, t -> t.speaker() <= LAST_TRAINING_SPEAKER),
                select(
                        tokens,
                        t ->
                                t.speaker() > LAST_TRAINING_SPEAKER
                                        && t.speaker() <= LAST_TEST_SPEAKER));
    }

    private static List<VowelToken> select(List<VowelToken> tokens, Predicate<VowelToken> wanted) {
        return tokens.stream().filter(t -> Vowel.of(t.vowel()) != null).filter(wanted).toList();
    }

    /// Rows for training: inputs F1/1000 and F2/1000, one target.
    static LabelledRows rows(List<VowelToken> tokens) {
        var inputs = new double[tokens.size()][];
        var targets = new double[tokens.size()][];
        for (int row = 0; row < inputs.length; row++) {
            VowelToken token = tokens.get(row);
            inputs[row] = new double[] {token.firstFormant() / 1000, token.secondFormant() / 1000};
            targets[row] = new double[] {Objects.requireNonNull(Vowel.of(token.vowel())).target()};
        }
        return LabelledRows.of(inputs, targets);
    }
}
