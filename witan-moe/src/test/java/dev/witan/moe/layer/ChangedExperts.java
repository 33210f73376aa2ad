// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Experts;

import org.bytedeco.pytorch.Tensor;

import java.util.List;
import java.util.function.UnaryOperator;

/// Experts whose answers or gradients are changed on their way out: a way to build faulty ones.
///
/// @param rows applied to the answers
/// @param gradRows applied to the gradient that comes in
/// @param gradInputs applied to the gradient that goes out
record ChangedExperts(
        Experts all,
        UnaryOperator<Tensor> rows,
        UnaryOperator<Tensor> gradRows,
        UnaryOperator<Tensor> gradInputs)
        implements Experts {
    @Override
    public int experts() {
        return all.experts();
    }

    @Override
    public int modelWidth() {
        return all.modelWidth();
    }

    @Override
    public Call apply(DispatchPlan plan, Tensor x, boolean forBackward) {
        Call call = all.apply(plan, x, forBackward);
        Tensor changed = rows.apply(call.rows());
        return new Call() {
            @Override
            public Tensor rows() {
                return changed;
            }

            @Override
            public Tensor backward(Tensor gradient) {
                return gradInputs.apply(call.backward(gradRows.apply(gradient)));
            }

            @Override
            public List<Tensor> saved() {
                return call.saved();
            }
        };
    }
}
