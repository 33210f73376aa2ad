// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import dev.witan.engine.Scope;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.ArrayList;
import java.util.List;

/// Dispatch, experts and combine as one function of the tokens and the combine weights, joined to
/// the autograd graph with its explicit gradient.
public final class RoutedExperts {
    private RoutedExperts() {}

    /// `y [T,D] = sum_k combineWeights[t,k] * Expert_{expertIds[t,k]}(x[t])`, float32.
    ///
    /// **Shapes** `x [T,D]`. Tokens with only empty slots get zeros.
    public static Tensor apply(
            Experts experts, DispatchPlan plan, Tensor x, Routing routing, Pass pass) {
        if (experts.experts() != routing.experts()) {
            throw new IllegalArgumentException(
                    "router decides among "
                            + routing.experts()
                            + " experts, the layer has "
                            + experts.experts());
        }
        try (Scope scope = Scope.open()) {
            boolean record = org.bytedeco.pytorch.GradMode.is_enabled();
            Tensor input = x.detach();
            Tensor weights = routing.combineWeights().detach();
            Experts.Call call;
            Tensor rowIndex;
            Tensor y;
            var noGradient = new NoGradGuard();
            try {
                call = experts.apply(plan, input, record);
                rowIndex = plan.rowIndex();
                y = new Combine(plan, rowIndex).sum(call.rows(), weights);
            } finally {
                noGradient.close();
            }
            if (!record) {
                return scope.keep(y);
            }
            Tensor tokenIndex = plan.tokenIndex();
            ScalarType inputType = x.scalar_type();
            List<Tensor> saved = new ArrayList<>(call.saved());
            saved.addAll(List.of(call.rows(), rowIndex, tokenIndex, weights));
            Tensor joined =
                    pass.tape()
                            .join(
                                    y,
                                    List.of(x, routing.combineWeights()),
                                    saved,
                                    gradY ->
                                            gradients(
                                                    plan,
                                                    call,
                                                    weights,
                                                    rowIndex,
                                                    tokenIndex,
                                                    inputType,
                                                    gradY));
            return scope.keep(joined);
        }
    }

    private static List<Tensor> gradients(
            DispatchPlan plan,
            Experts.Call call,
            Tensor weights,
            Tensor rowIndex,
            Tensor tokenIndex,
            ScalarType inputType,
            Tensor gradY) {
        try (Scope scope = Scope.open()) {
            var combine = new Combine(plan, rowIndex);
            Tensor grad = gradY.to(ScalarType.Float).contiguous();
            Tensor gradWeights = combine.gradWeights(call.rows(), grad);
            Tensor gradRows = combine.gradRows(call.rows(), weights, grad, tokenIndex);
            Tensor gradInputs = call.backward(gradRows);
            Tensor gradX = combine.sum(gradInputs, null).to(inputType);
            return List.of(scope.keep(gradX), scope.keep(gradWeights));
        }
    }
}
