// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

/// Expert-choice routing: each expert takes the tokens that score highest for it.
///
/// It sees the whole batch, so that a token's output depends on its neighbours and on the future:
/// for training only.
///
/// @param tokenIds tokens of each expert `[E, C]`, in descending score, ties by ascending token
/// @param combineWeights score of each of them `[E, C]`
/// @param scores softmax over the experts `[T, E]`
///
///   Source: Zhou et al. 2022, Eqs. 1 and 2 (C = T · capacityFactor / E).
@SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable; never compared
public record ReferenceExpertChoice(
        int[][] tokenIds, double[][] combineWeights, double[][] scores) {

    /// Routes by `logits [T, E]`, `expertCapacity` tokens to each expert.
    public static ReferenceExpertChoice route(double[][] logits, int expertCapacity) {
        double[][] scores = Algebra.softmax(logits);
        double[][] perExpert = transpose(scores);
        int[][] tokenIds = Algebra.topK(perExpert, expertCapacity);
        return new ReferenceExpertChoice(tokenIds, Algebra.gather(perExpert, tokenIds), scores);
    }

    /// The combine weights as a dense matrix `[T, E]`, 0 where the expert did not take the token.
    public double[][] denseWeights() {
        double[][] dense = Algebra.zerosLike(scores);
        for (int e = 0; e < tokenIds.length; e++) {
            for (int c = 0; c < tokenIds[e].length; c++) {
                dense[tokenIds[e][c]][e] = combineWeights[e][c];
            }
        }
        return dense;
    }

    private static double[][] transpose(double[][] a) {
        int columns = a.length == 0 ? 0 : a[0].length;
        var result = new double[columns][a.length];
        for (int r = 0; r < a.length; r++) {
            for (int c = 0; c < columns; c++) {
                result[c][r] = a[r][c];
            }
        }
        return result;
    }
}
