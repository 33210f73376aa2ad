// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain.problems;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One problem as it is told: fills the holes of its texts with numbers, people and things.
final class Telling {
    private static final Pattern CHOICE = Pattern.compile("\\[([^\\[\\]]*)]");
    private static final Pattern HOLE =
            Pattern.compile("\\{(?:([A-Z])|([a-z]))(?:\\.([A-Za-z]+))?(?::([a-z]+))?}");

    private final Map<Character, Long> numbers;
    private final Random random;
    private final Map<Character, Words.Person> people = new HashMap<>();
    private final Map<Character, Words.Thing> things = new HashMap<>();
    private final Set<Object> used = new HashSet<>();

    Telling(Map<Character, Long> numbers, Random random) {
        this.numbers = numbers;
        this.random = random;
    }

    /// The text with its wordings chosen and its holes filled.
    String tell(String text) {
        String chosen = CHOICE.matcher(text).replaceAll(match -> quoted(choose(match.group(1))));
        String worked =
                Template.CALCULATION.matcher(chosen).replaceAll(match -> quoted(work(match)));
        return HOLE.matcher(worked).replaceAll(match -> quoted(fill(match)));
    }

    private String choose(String wordings) {
        String[] all = wordings.split("\\|", -1);
        return all[random.nextInt(all.length)];
    }

    /// `48/2 = $<<48/2=24>>24`.
    private String work(java.util.regex.MatchResult match) {
        var filled = new StringBuilder();
        for (char c : match.group(2).toCharArray()) {
            filled.append(c >= 'a' && c <= 'z' ? number(c) : String.valueOf(c));
        }
        String result = number(match.group(3).charAt(0));
        return filled + " = " + match.group(1) + "<<" + filled + "=" + result + ">>" + result;
    }

    private String fill(java.util.regex.MatchResult match) {
        String form = match.group(3) == null ? "" : match.group(3);
        if (match.group(1) != null) {
            return people.computeIfAbsent(match.group(1).charAt(0), _ -> unused(Words.PEOPLE))
                    .form(form);
        }
        char letter = match.group(2).charAt(0);
        List<Words.Thing> list = match.group(4) == null ? null : Words.LISTS.get(match.group(4));
        if (list != null) {
            things.put(letter, unused(list));
        }
        Words.Thing thing = things.get(letter);
        if (thing != null) {
            return form.equals("one") ? thing.one() : thing.many();
        }
        return number(letter);
    }

    private <T> T unused(List<T> list) {
        T drawn = list.get(random.nextInt(list.size()));
        while (!used.add(drawn)) {
            drawn = list.get(random.nextInt(list.size()));
        }
        return drawn;
    }

    private String number(char letter) {
        Long value = numbers.get(letter);
        if (value == null) {
            throw new IllegalArgumentException("nothing is called " + letter);
        }
        return value.toString();
    }

    private static String quoted(String text) {
        return Matcher.quoteReplacement(text);
    }
}
