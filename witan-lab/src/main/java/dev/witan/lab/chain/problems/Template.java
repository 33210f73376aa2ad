// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain.problems;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A kind of problem; `templates.txt` has the notation.
///
/// @param ranges what its numbers are drawn from
/// @param question text with holes
/// @param steps texts with holes and calculations
record Template(String name, Map<Character, Range> ranges, String question, List<String> steps) {
    /// A calculation hole: money sign, expression, name of the result.
    static final Pattern CALCULATION = Pattern.compile("\\{(\\$?)([^{}=]+)=([a-z])}");

    /// No result is larger, as in school books.
    private static final long LARGEST = 100_000;

    private static final int DRAWS_MAX = 10_000;

    Template {
        ranges = new LinkedHashMap<>(ranges);
        steps = List.copyOf(steps);
        if (steps.isEmpty() || question.isEmpty()) {
            throw new IllegalArgumentException(name + " needs a question and steps");
        }
    }

    /// Multiples of `step` from `low` to `high`.
    record Range(int low, int high, int step) {
        /// Reads `lo..hi` or `lo..hi/step`.
        static Range parse(String text) {
            Matcher matcher = Pattern.compile("(\\d+)\\.\\.(\\d+)(?:/(\\d+))?").matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("'" + text + "' is no range");
            }
            int step = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
            return new Range(
                    Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), step);
        }

        long draw(Random random) {
            int first = Math.ceilDiv(low, step);
            return (long) step * (first + random.nextInt(high / step - first + 1));
        }
    }

    /// Numbers of a split for which every calculation is whole and positive, results included.
    Map<Character, Long> drawNumbers(Split split, Random random) {
        for (int i = 0; i < DRAWS_MAX; i++) {
            Map<Character, Long> numbers = new LinkedHashMap<>();
            ranges.forEach((letter, range) -> numbers.put(letter, range.draw(random)));
            if (Split.of(name, numbers) == split && calculate(numbers)) {
                return numbers;
            }
        }
        throw new IllegalStateException(name + " has hardly any numbers that fit");
    }

    private boolean calculate(Map<Character, Long> numbers) {
        for (String step : steps) {
            Matcher matcher = CALCULATION.matcher(step);
            while (matcher.find()) {
                OptionalLong value = Expression.parse(matcher.group(2)).evaluate(numbers);
                if (value.isEmpty() || value.getAsLong() < 1 || value.getAsLong() > LARGEST) {
                    return false;
                }
                numbers.put(matcher.group(3).charAt(0), value.getAsLong());
            }
        }
        return true;
    }

    /// Reads all templates of a text.
    static List<Template> parse(String text) {
        List<Template> templates = new ArrayList<>();
        for (String part : text.split("(?m)^@ ", -1)) {
            List<String> lines = part.lines().filter(line -> !line.isBlank()).toList();
            if (lines.isEmpty() || lines.getFirst().startsWith("#")) {
                continue;
            }
            Map<Character, Range> ranges = new LinkedHashMap<>();
            String question = "";
            List<String> steps = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                if (line.startsWith("Q ")) {
                    question = line.substring(2);
                } else if (line.startsWith("S ")) {
                    steps.add(line.substring(2));
                } else {
                    ranges.put(line.charAt(0), Range.parse(line.substring(4)));
                }
            }
            templates.add(new Template(lines.getFirst().strip(), ranges, question, steps));
        }
        return List.copyOf(templates);
    }
}
