// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain.problems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

final class WordProblemsTest {
    private static final Pattern WORKED =
            Pattern.compile("([0-9+*/-]+) = \\$?<<([0-9+*/-]+)=([0-9]+)>>([0-9]+)");

    private final WordProblems problems = WordProblems.load();

    @Test
    void splitAndSeedGiveTheSameText() {
        byte[] text = problems.text(Split.TRAINING, 7, 10_000);
        assertThat(WordProblems.load().text(Split.TRAINING, 7, 10_000)).isEqualTo(text);
        assertThat(problems.text(Split.TRAINING, 7, 3_000))
                .isEqualTo(java.util.Arrays.copyOf(text, 3_000));
        assertThat(problems.text(Split.TRAINING, 8, 10_000)).isNotEqualTo(text);
        assertThat(problems.text(Split.VALIDATION, 7, 10_000)).isNotEqualTo(text);
        assertThat(problems.text(Split.TRAINING, 7, 0)).isEmpty();
    }

    @Test
    void everyTemplateIsUsedAndThereAreAtLeastForty() {
        List<WordProblem> drawn = problems.problems(Split.TRAINING, 1, 2_000);
        assertThat(problems.templates()).hasSizeGreaterThanOrEqualTo(40).doesNotHaveDuplicates();
        assertThat(drawn.stream().map(WordProblem::template).distinct())
                .containsExactlyInAnyOrderElementsOf(problems.templates());
        assertThat(problems.problems(Split.VALIDATION, 1, 2_000))
                .extracting(WordProblem::template)
                .containsAll(problems.templates());
    }

    /// Checked by an evaluator of its own: Java's operators on the printed numbers.
    @Test
    void everyWorkedCalculationIsRightAndTheLastIsTheAnswer() {
        for (WordProblem problem : problems.problems(Split.TRAINING, 3, 3_000)) {
            List<MatchResult> worked = WORKED.matcher(problem.response()).results().toList();
            assertThat(worked).as(problem.item()).hasSizeBetween(1, 5);
            for (MatchResult match : worked) {
                assertThat(match.group(1)).isEqualTo(match.group(2));
                assertThat(match.group(3)).isEqualTo(match.group(4));
                assertThat(value(match.group(1)))
                        .as(problem.item())
                        .isEqualTo(Double.parseDouble(match.group(3)));
            }
            assertThat(worked.getLast().group(4)).isEqualTo("" + problem.answer());
            assertThat(problem.answer()).isPositive();
            assertThat(problem.response().lines().count()).isBetween(2L, 4L);
        }
    }

    @Test
    void textsHaveNoHolesLeftAndAreAscii() {
        for (WordProblem problem : problems.problems(Split.VALIDATION, 5, 3_000)) {
            assertThat(problem.item())
                    .doesNotContainPattern("[\\[\\]{}|@]")
                    .startsWith("query : ")
                    .contains(" response : ")
                    .endsWith("\n#### " + problem.answer() + "\n\0");
            assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(problem.item())).isTrue();
        }
    }

    @Test
    void splitsShareNoTemplateWithNumbers() {
        Set<String> training = keys(Split.TRAINING, 1, 20_000);
        training.addAll(keys(Split.TRAINING, 2, 20_000));
        assertThat(keys(Split.VALIDATION, 0, 2_000))
                .isNotEmpty()
                .doesNotContainAnyElementsOf(training);
    }

    @Test
    void oneProblemInFiftyRepeatsAtMost() {
        List<WordProblem> drawn = problems.problems(Split.TRAINING, 1, 5_000);
        long distinct = drawn.stream().map(WordProblem::item).distinct().count();
        assertThat(distinct).isGreaterThan(4_900);
    }

    @Test
    void expressionsKeepTheirOrder() {
        Map<Character, Long> values = Map.of('a', 7L, 'b', 2L);
        assertThat(Expression.parse("a-b-1").evaluate(values)).isEqualTo(OptionalLong.of(4));
        assertThat(Expression.parse("a*6/b+a").evaluate(values)).isEqualTo(OptionalLong.of(28));
        assertThat(Expression.parse("a/b").evaluate(values)).isEmpty();
        assertThat(Expression.parse("a/0").evaluate(values)).isEmpty();
        assertThatThrownBy(() -> Expression.parse("a+")).hasMessage("'' is no calculation");
        assertThatThrownBy(() -> Expression.parse("c").evaluate(values))
                .hasMessage("no number is called c");
    }

    private Set<String> keys(Split split, long seed, int count) {
        var keys = new HashSet<String>();
        for (WordProblem problem : problems.problems(split, seed, count)) {
            keys.add(problem.template() + problem.numbers());
        }
        return keys;
    }

    private static double value(String text) {
        double sum = 0;
        for (String part : text.split("(?<=[0-9])(?=[+-])", -1)) {
            String[] tokens = part.replaceFirst("^\\+", "").split("(?<=[*/])|(?=[*/])", -1);
            double product = Double.parseDouble(tokens[0]);
            for (int i = 1; i < tokens.length; i += 2) {
                double next = Double.parseDouble(tokens[i + 1]);
                product = tokens[i].equals("*") ? product * next : product / next;
            }
            sum += product;
        }
        return sum;
    }
}
