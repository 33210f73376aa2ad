// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain.problems;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/// A source of word problems that never ends; a split and a seed give the same problems on every
/// machine.
///
/// Threads: safe; each call has a random source of its own.
public final class WordProblems {
    private final List<Template> templates;

    private WordProblems(List<Template> templates) {
        this.templates = templates;
    }

    /// The problems of the templates that this module brings along.
    public static WordProblems load() {
        try (InputStream in = WordProblems.class.getResourceAsStream("templates.txt")) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks templates.txt");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new WordProblems(Template.parse(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Names of the templates.
    public List<String> templates() {
        return templates.stream().map(Template::name).toList();
    }

    /// The first `count` problems.
    public List<WordProblem> problems(Split split, long seed, int count) {
        Random random = random(split, seed);
        List<WordProblem> problems = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            problems.add(next(split, random));
        }
        return problems;
    }

    /// The first `size` bytes of the problems' items; the last one may be cut.
    public byte[] text(Split split, long seed, int size) {
        Random random = random(split, seed);
        var text = new StringBuilder();
        while (text.length() < size) {
            text.append(next(split, random).item());
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), size);
    }

    private static Random random(Split split, long seed) {
        return new Random((seed * 2 + (split == Split.TRAINING ? 0 : 1)) * 0x9E3779B97F4A7C15L);
    }

    private WordProblem next(Split split, Random random) {
        Template template = templates.get(random.nextInt(templates.size()));
        Map<Character, Long> numbers = template.drawNumbers(split, random);
        var telling = new Telling(numbers, random);
        String question = telling.tell(template.question());
        String response =
                template.steps().stream().map(telling::tell).collect(Collectors.joining("\n"));
        List<Long> all = List.copyOf(numbers.values());
        return new WordProblem(
                template.name(),
                all.subList(0, template.ranges().size()),
                question,
                response,
                all.getLast());
    }
}
