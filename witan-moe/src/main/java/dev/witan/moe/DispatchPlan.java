// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.Tensor;

import java.util.Arrays;

/// Which token goes to which expert, as rows grouped by expert; made once and handed to combine.
///
/// Row order: ascending expert, then ascending token, then ascending slot (a counting sort), so the
/// plan of a given routing is always the same. Immutable.
public final class DispatchPlan {
    private final int tokens;
    private final int topK;
    private final int[] offsets;
    private final int[] slotOfRow;
    private final int[] rowOfSlot;

    private DispatchPlan(int tokens, int topK, int[] offsets, int[] slotOfRow, int[] rowOfSlot) {
        this.tokens = tokens;
        this.topK = topK;
        this.offsets = offsets;
        this.slotOfRow = slotOfRow;
        this.rowOfSlot = rowOfSlot;
    }

    /// The plan of a routing.
    public static DispatchPlan of(Routing routing) {
        return of(routing.expertIds(), routing.tokens(), routing.topK(), routing.experts());
    }

    /// The plan of `expertIds [T*K]`, where [Routing#EMPTY] marks an empty slot.
    ///
    /// **Errors** [IllegalArgumentException] for an id outside `[-1, experts)`.
    public static DispatchPlan of(int[] expertIds, int tokens, int topK, int experts) {
        int[] offsets = new int[experts + 1];
        for (int id : expertIds) {
            if (id < Routing.EMPTY || id >= experts) {
                throw new IllegalArgumentException(
                        "expert id must be in [-1, " + experts + "), was " + id);
            }
            if (id != Routing.EMPTY) {
                offsets[id + 1]++;
            }
        }
        for (int e = 0; e < experts; e++) {
            offsets[e + 1] += offsets[e];
        }
        int[] slotOfRow = new int[offsets[experts]];
        int[] rowOfSlot = new int[expertIds.length];
        int[] next = Arrays.copyOf(offsets, experts);
        for (int slot = 0; slot < expertIds.length; slot++) {
            int id = expertIds[slot];
            int row = id == Routing.EMPTY ? Routing.EMPTY : next[id]++;
            rowOfSlot[slot] = row;
            if (row != Routing.EMPTY) {
                slotOfRow[row] = slot;
            }
        }
        return new DispatchPlan(tokens, topK, offsets, slotOfRow, rowOfSlot);
    }

    /// Tokens T.
    public int tokens() {
        return tokens;
    }

    /// Slots per token K.
    public int topK() {
        return topK;
    }

    /// Experts E.
    public int experts() {
        return offsets.length - 1;
    }

    /// Rows R, one for each filled slot.
    public int rows() {
        return slotOfRow.length;
    }

    /// Whether no slot is empty.
    public boolean complete() {
        return slotOfRow.length == rowOfSlot.length;
    }

    /// First row of expert `e`.
    public int firstRow(int e) {
        return offsets[e];
    }

    /// Number of rows of expert `e`.
    public int rowsOf(int e) {
        return offsets[e + 1] - offsets[e];
    }

    /// Token of a row.
    public int token(int row) {
        return slotOfRow[row] / topK;
    }

    /// Slot of a row within its token.
    public int slot(int row) {
        return slotOfRow[row] % topK;
    }

    /// Row of slot `k` of token `t`, or [Routing#EMPTY].
    public int row(int t, int k) {
        return rowOfSlot[t * topK + k];
    }

    /// Tokens per expert `[E]`.
    public int[] tokensPerExpert() {
        int[] counts = new int[experts()];
        for (int e = 0; e < counts.length; e++) {
            counts[e] = rowsOf(e);
        }
        return counts;
    }

    /// Token of each row, `[R]` int64.
    public Tensor tokenIndex() {
        long[] index = new long[rows()];
        for (int row = 0; row < index.length; row++) {
            index[row] = token(row);
        }
        return Tensors.of(index, index.length);
    }

    /// Position of each row in a flattened `[T,K]` tensor, `[R]` int64.
    public Tensor slotIndex() {
        return Tensors.of(slotOfRow, slotOfRow.length);
    }

    /// Row of each slot, `[K,T]` int64; an empty slot points at row R.
    public Tensor rowIndex() {
        long[] index = new long[rowOfSlot.length];
        for (int t = 0; t < tokens; t++) {
            for (int k = 0; k < topK; k++) {
                int row = row(t, k);
                index[k * tokens + t] = row == Routing.EMPTY ? rows() : row;
            }
        }
        return Tensors.of(index, topK, tokens);
    }
}
