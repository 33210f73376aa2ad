// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/// Suggests the known word that a mistyped one was probably meant to be.
///
/// **Source** optimal string alignment distance (insert, delete, replace, swap neighbours): Damerau
/// 1964, "A technique for computer detection and correction of spelling errors".
public final class DidYouMean {
    /// One error in three letters is still taken for a slip.
    private static final int LETTERS_PER_ERROR = 3;

    /// Longer words are compared by their first letters only, so that hostile input costs little.
    private static final int LETTERS_MAX = 256;

    private DidYouMean() {}

    /// The closest candidate, case ignored, if it is near enough; ties go to the first in order.
    public static Optional<String> closest(String word, Collection<String> candidates) {
        Optional<String> best = Optional.empty();
        int bestDistance = Math.max(1, word.length() / LETTERS_PER_ERROR) + 1;
        for (String candidate : new TreeSet<>(candidates)) {
            int distance = distance(word, candidate);
            if (distance < bestDistance && distance < Math.max(word.length(), candidate.length())) {
                best = Optional.of(candidate);
                bestDistance = distance;
            }
        }
        return best;
    }

    /// The end of an error message: `, did you mean X?`, or nothing if no candidate is near.
    public static String question(String word, Collection<String> candidates) {
        return closest(word, candidates).map(DidYouMean::question).orElse("");
    }

    /// The end of an error message: `, did you mean X?`, or what there is to choose from.
    public static String suggestion(String word, Collection<String> candidates) {
        return closest(word, candidates)
                .map(DidYouMean::question)
                .orElseGet(() ->
                        candidates.isEmpty()
                                ? ""
                                : ", known are " + String.join(", ", new TreeSet<>(candidates)));
    }

    static String question(String candidate) {
        return ", did you mean " + candidate + "?";
    }

    /// The number of single-letter errors between two words.
    static int distance(String first, String second) {
        String a = normalised(first);
        String b = normalised(second);
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }

    private static String normalised(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return lower.substring(0, Math.min(lower.length(), LETTERS_MAX));
    }
}
