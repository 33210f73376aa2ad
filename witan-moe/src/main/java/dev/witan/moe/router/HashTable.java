// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import java.util.SplittableRandom;

/// The experts of each token id `[V,K]`, fixed.
public final class HashTable {
    private final int experts;
    private final int topK;
    private final int[] expertIds;

    private HashTable(int experts, int topK, int[] expertIds) {
        this.experts = experts;
        this.topK = topK;
        this.expertIds = expertIds;
    }

    /// The given table, one row of K experts per token id.
    public static HashTable of(int experts, int[][] rows) {
        int topK = rows.length == 0 ? 0 : rows[0].length;
        checkTopK(topK, experts);
        int[] flat = new int[Math.multiplyExact(rows.length, topK)];
        for (int id = 0; id < rows.length; id++) {
            if (rows[id].length != topK) {
                throw new IllegalArgumentException(
                        "row " + id + " must have " + topK + " experts, had " + rows[id].length);
            }
            for (int k = 0; k < topK; k++) {
                int expert = rows[id][k];
                if (expert < 0 || expert >= experts) {
                    throw new IllegalArgumentException(
                            "expert of token id "
                                    + id
                                    + " must be in [0, "
                                    + experts
                                    + "), was "
                                    + expert);
                }
                flat[id * topK + k] = expert;
            }
        }
        return new HashTable(experts, topK, flat);
    }

    /// A table of K different experts per token id, drawn at random.
    public static HashTable random(int vocabulary, int experts, int topK, long seed) {
        checkTopK(topK, experts);
        var random = new SplittableRandom(seed);
        int[][] rows = new int[vocabulary][];
        for (int id = 0; id < vocabulary; id++) {
            rows[id] = random.ints(0, experts).distinct().limit(topK).toArray();
        }
        return vocabulary == 0 ? new HashTable(experts, topK, new int[0]) : of(experts, rows);
    }

    /// Number of experts E.
    public int experts() {
        return experts;
    }

    /// Experts per token K.
    public int topK() {
        return topK;
    }

    /// Number of token ids V.
    public int vocabulary() {
        return expertIds.length / topK;
    }

    /// The experts `[T*K]` of tokens with these ids.
    int[] expertIds(int[] tokenIds) {
        int[] ids = new int[tokenIds.length * topK];
        for (int t = 0; t < tokenIds.length; t++) {
            if (tokenIds[t] < 0 || tokenIds[t] >= vocabulary()) {
                throw new IllegalArgumentException(
                        "token id must be in [0, " + vocabulary() + "), was " + tokenIds[t]);
            }
            System.arraycopy(expertIds, tokenIds[t] * topK, ids, t * topK, topK);
        }
        return ids;
    }

    private static void checkTopK(int topK, int experts) {
        if (topK < 1 || topK > experts) {
            throw new IllegalArgumentException(
                    "experts per token must be in [1, " + experts + "], was " + topK);
        }
    }
}
