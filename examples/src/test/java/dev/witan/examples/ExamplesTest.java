// SPDX-License-Identifier: Apache-2.0
package dev.witan.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/// Every example runs and prints what it promises.
@ResourceLock(Resources.SYSTEM_OUT)
class ExamplesTest {
    @FunctionalInterface
    private interface Program {
        void main(String[] args) throws IOException;
    }

    @Test
    void routesTokens() throws IOException {
        String out = output(E1RouteTokens::main);
        assertThat(out).contains("expert 3 sees tokens").contains("dropped 0");
        // Eight tokens of two experts each.
        String plan = out.substring(out.indexOf("expert 0"), out.indexOf("largest"));
        assertThat(rows(plan)).isEqualTo(16);
    }

    @Test
    void layerLearns() throws IOException {
        String out = output(E2TrainLayer::main);
        List<Double> losses = numbers(out, "loss (\\S+)");
        assertThat(losses).hasSize(5);
        assertThat(losses.getLast()).isLessThan(losses.getFirst() / 5);
    }

    @Test
    void chainLearns() throws IOException {
        String out = output(E3ChainOfExperts::main);
        assertThat(numbers(out, "ways .*: +(\\d+)")).containsExactly(70.0, 784.0);
        assertThat(numbers(out, "loss (\\S+)")).hasSize(2).allMatch(loss -> loss < 0.5);
    }

    @Test
    void balanceSpreadsTokens() throws IOException {
        String out = output(E4Balance::main);
        List<Double> maxOverMean = numbers(out, "max/mean (\\S+),");
        assertThat(maxOverMean.get(0)).as("none").isGreaterThan(4);
        assertThat(maxOverMean.get(1)).as("loss").isLessThan(3);
        assertThat(maxOverMean.get(2)).as("bias").isLessThan(3);
    }

    @Test
    void languageModelLearns() throws IOException {
        String out = output(args -> E5LanguageModel.main(new String[] {"100"}));
        List<Double> losses = numbers(out, "(\\S+) nats");
        assertThat(losses.getFirst()).isGreaterThan(5);
        assertThat(losses.getLast()).isLessThan(3);
        assertThat(out).contains("\nAlice ");
    }

    @Test
    void storedExpertsComeBack() throws IOException {
        String out = output(E6StoreExperts::main);
        assertThat(out).contains("saved 24 matrices").contains("bit-equal after loading: true");
        List<Double> tokens = numbers(out, "tokens .*: (\\d+)");
        assertThat(tokens.getFirst()).isPositive().isEqualTo(tokens.getLast());
    }

    private static long rows(String plan) {
        return plan.lines()
                .filter(line -> line.startsWith("expert"))
                .mapToLong(line -> Pattern.compile("\\d+").matcher(line).results().count() - 1)
                .sum();
    }

    private static List<Double> numbers(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> Double.valueOf(found.group(1)))
                .toList();
    }

    private static String output(Program program) throws IOException {
        PrintStream before = System.out;
        var bytes = new ByteArrayOutputStream();
        try (var out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            program.main(new String[0]);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
