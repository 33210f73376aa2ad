// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import dev.witan.engine.Engine;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.engine.Workers;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// The weighted sum of experts' answers per token, and its gradients.
///
/// `y[t] = sum_k combineWeights[t,k] * rows[row(t,k)]`, in ascending slot order with float32 sums,
/// token by token: neither the number of threads nor other tokens change a bit of a token's result.
/// Explicit rather than recorded, because autograd would make a full-size zero gradient per slot.
final class Combine {
    /// Tokens or rows per task: what a core's second-level cache holds at common widths.
    private static final int CHUNK = 256;

    private final DispatchPlan plan;
    private final Workers workers = Engine.start().workers();
    private final Tensor rowIndex;

    Combine(DispatchPlan plan, Tensor rowIndex) {
        this.plan = plan;
        this.rowIndex = rowIndex;
    }

    /// `y [T,D]` float32 from `rows [R,D]`; every weight is one if `combineWeights` is null.
    Tensor sum(Tensor rows, @Nullable Tensor combineWeights) {
        long width = rows.size(1);
        Tensor y = Tensors.empty(ScalarType.Float, plan.tokens(), width);
        Tensor source = plan.complete() ? rows : withZeroRow(rows);
        workers.forEach(
                chunks(plan.tokens()),
                chunk -> {
                    int first = chunk * CHUNK;
                    int count = Math.min(CHUNK, plan.tokens() - first);
                    Tensor out = y.narrow(0, first, count);
                    out.zero_();
                    for (int k = 0; k < plan.topK(); k++) {
                        Tensor part = slotRows(source, k, first, count);
                        if (combineWeights == null) {
                            out.add_(part);
                        } else {
                            out.addcmul_(
                                    part, combineWeights.narrow(0, first, count).narrow(1, k, 1));
                        }
                    }
                });
        return y;
    }

    /// Gradient of `rows`: `gradRows[r] = combineWeights[t,k] * gradY[t]`, in the type of `rows`.
    Tensor gradRows(Tensor rows, Tensor combineWeights, Tensor gradY, Tensor tokenIndex) {
        Tensor gradRows = Tensors.empty(rows.scalar_type(), plan.rows(), rows.size(1));
        try (Scope scope = Scope.open()) {
            Tensor flat = combineWeights.contiguous().view(-1);
            Tensor rowWeights = flat.index_select(0, plan.slotIndex()).unsqueeze(1);
            workers.forEach(
                    chunks(plan.rows()),
                    chunk -> {
                        int first = chunk * CHUNK;
                        int count = Math.min(CHUNK, plan.rows() - first);
                        Tensor part = gradY.index_select(0, tokenIndex.narrow(0, first, count));
                        part.mul_(rowWeights.narrow(0, first, count));
                        gradRows.narrow(0, first, count).copy_(part);
                    });
        }
        return gradRows;
    }

    /// Gradient of the combine weights `[T,K]`: the inner products of `gradY[t]` with the rows.
    Tensor gradWeights(Tensor rows, Tensor gradY) {
        Tensor gradient = Tensors.empty(ScalarType.Float, plan.tokens(), plan.topK());
        Tensor source = plan.complete() ? rows : withZeroRow(rows);
        workers.forEach(
                chunks(plan.tokens()),
                chunk -> {
                    int first = chunk * CHUNK;
                    int count = Math.min(CHUNK, plan.tokens() - first);
                    Tensor gradPart = gradY.narrow(0, first, count);
                    for (int k = 0; k < plan.topK(); k++) {
                        Tensor product = slotRows(source, k, first, count).mul(gradPart);
                        gradient.narrow(0, first, count).select(1, k).copy_(product.sum(1));
                    }
                });
        return gradient;
    }

    private Tensor slotRows(Tensor rows, int k, int first, int count) {
        Tensor index = rowIndex.select(0, k).narrow(0, first, count);
        return rows.index_select(0, index).to(ScalarType.Float);
    }

    private static Tensor withZeroRow(Tensor rows) {
        Tensor zero = Tensors.zeros(rows.scalar_type(), 1, rows.size(1));
        return torch.cat(new org.bytedeco.pytorch.TensorVector(rows, zero), 0);
    }

    private static int chunks(int count) {
        return (count + CHUNK - 1) / CHUNK;
    }
}
