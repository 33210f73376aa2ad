// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

/// Group-limited routing: only the experts of a token's best groups may be chosen.
///
/// @param groups number of equally large groups of consecutive experts
/// @param topGroups groups that stay open for a token
/// @param score how a group is judged
/// @see "DeepSeek-V2 (2024), section 2.2.2; DeepSeek-V3 (2024), section 2.1.2"
public record ExpertGroups(int groups, int topGroups, Score score) {
    /// How a group is judged.
    public enum Score {
        /// By its best expert (V2).
        MAX,
        /// By the sum of its two best experts (V3).
        SUM_OF_TOP_TWO
    }

    /// All experts in one group: no limit.
    public static final ExpertGroups NONE = new ExpertGroups(1, 1, Score.MAX);

    /// Checks the counts.
    public ExpertGroups {
        if (groups < 1 || topGroups < 1 || topGroups > groups) {
            throw new IllegalArgumentException(
                    "topGroups must be in [1, groups], was " + topGroups + " of " + groups);
        }
    }

    /// Sets the selection scores of closed groups to minus infinity, in place.
    void mask(float[] selectionScores, int tokens, int experts) {
        if (groups == topGroups) {
            return;
        }
        int size = experts / groups;
        float[] groupScores = new float[tokens * groups];
        for (int i = 0; i < groupScores.length; i++) {
            groupScores[i] = groupScore(selectionScores, i * size, size);
        }
        int[] open = TopKSelection.select(groupScores, tokens, groups, topGroups);
        for (int t = 0; t < tokens; t++) {
            boolean[] isOpen = new boolean[groups];
            for (int g = 0; g < topGroups; g++) {
                isOpen[open[t * topGroups + g]] = true;
            }
            for (int e = 0; e < experts; e++) {
                if (!isOpen[e / size]) {
                    selectionScores[t * experts + e] = Float.NEGATIVE_INFINITY;
                }
            }
        }
    }

    private float groupScore(float[] scores, int from, int size) {
        float first = Float.NEGATIVE_INFINITY;
        float second = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + size; i++) {
            if (scores[i] > first) {
                second = first;
                first = scores[i];
            } else if (scores[i] > second) {
                second = scores[i];
            }
        }
        return switch (score) {
            case MAX -> first;
            case SUM_OF_TOP_TWO -> size == 1 ? first : first + second;
        };
    }
}
