// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

/// Rows of tokens to evaluate on, padded with token 0. The arrays are shared, not copied, and
/// belong to the receiver.
public final class EvaluationBatch {
    private final int[] tokens;
    private final int[] countedFrom;
    private final int[] countedTo;

    EvaluationBatch(int rows, int sequenceLength) {
        tokens = new int[Math.multiplyExact(rows, sequenceLength + 1)];
        countedFrom = new int[rows];
        countedTo = new int[rows];
    }

    /// `[B, S + 1]`, row by row.
    public int[] tokens() {
        return tokens;
    }

    /// `[B]`, the first target of each row that counts.
    public int[] countedFrom() {
        return countedFrom;
    }

    /// `[B]`, the end of the targets that count; equal to `countedFrom` in empty rows.
    public int[] countedTo() {
        return countedTo;
    }

    public int rows() {
        return countedFrom.length;
    }

    public int sequenceLength() {
        return tokens.length / rows() - 1;
    }

    /// Targets that count in all rows.
    public long targets() {
        long targets = 0;
        for (int row = 0; row < rows(); row++) {
            targets += countedTo[row] - countedFrom[row];
        }
        return targets;
    }
}
