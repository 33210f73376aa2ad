// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds the known word that a mistyped one most likely meant.
final class DidYouMean {
    private DidYouMean() {}

    /// The candidate with the fewest edits (insert, delete, replace, swap of neighbours), if that
    /// is at most a third of the word, at least one; ties go to the first in dictionary order.
    static Optional<String> closest(String word, Collection<String> candidates) {
        int editsMax = Math.max(1, word.length() / 3);
        return candidates.stream()
                .filter(candidate -> edits(word, candidate) <= editsMax)
                .min(
                        Comparator.comparingInt((String candidate) -> edits(word, candidate))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /// A clause to append to an error message: `, did you mean 'X'?` or nothing.
    static String clause(String word, Collection<String> candidates) {
        return closest(word, candidates)
                .map(candidate -> ", did you mean '" + candidate + "'?")
                .orElse("");
    }

    /// The optimal string alignment distance of two words.
    static int edits(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : cell(a, b, d, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int cell(String a, String b, int[][] d, int i, int j) {
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
    }
}
