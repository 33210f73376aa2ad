// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import dev.witan.engine.Engine;

import java.util.Arrays;

/// The K best experts of each token, in descending score, ties to the lower expert id.
///
/// On the host and by insertion: K is small, the plan needs the ids here anyway, and the library's
/// top-k leaves the order of ties open. NaN counts as minus infinity, so a broken token still gets
/// K experts and disturbs no other.
final class TopKSelection {
    /// Tokens per task.
    private static final int TOKENS = 512;

    private TopKSelection() {}

    /// Ids `[T*K]` from `selectionScores [T*E]`, both row-major.
    static int[] select(float[] selectionScores, int tokens, int experts, int topK) {
        int[] ids = new int[tokens * topK];
        if (tokens <= TOKENS) {
            selectRows(selectionScores, experts, topK, ids, 0, tokens);
        } else {
            Engine.start()
                    .workers()
                    .forEachBlock(
                            tokens,
                            TOKENS,
                            (first, count) ->
                                    selectRows(selectionScores, experts, topK, ids, first, count));
        }
        return ids;
    }

    private static void selectRows(
            float[] scores, int experts, int topK, int[] ids, int first, int count) {
        float[] best = new float[topK];
        for (int t = first; t < first + count; t++) {
            selectRow(scores, t * experts, experts, best, ids, t * topK);
        }
    }

    private static void selectRow(
            float[] scores, int from, int experts, float[] best, int[] ids, int to) {
        int topK = best.length;
        Arrays.fill(best, Float.NEGATIVE_INFINITY);
        int filled = 0;
        for (int e = 0; e < experts; e++) {
            float score = scores[from + e];
            score = Float.isNaN(score) ? Float.NEGATIVE_INFINITY : score;
            if (filled == topK && !(score > best[topK - 1])) {
                continue;
            }
            int position = filled < topK ? filled++ : topK - 1;
            while (position > 0 && score > best[position - 1]) {
                best[position] = best[position - 1];
                ids[to + position] = ids[to + position - 1];
                position--;
            }
            best[position] = score;
            ids[to + position] = e;
        }
    }
}
