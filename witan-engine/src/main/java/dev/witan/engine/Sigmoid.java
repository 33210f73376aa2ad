// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

import java.util.List;

/// The logistic function with the same bits for the same element wherever it lies.
///
/// The library's own computes the last elements of each thread's share with another exponential
/// than the rest, so its results depend on the size of the tensor and on the number of threads. `1
/// / (1 + exp(-x))` in single operations does not.
public final class Sigmoid {
    private Sigmoid() {}

    /// The function, joined to the graph on `tape` if gradients are recorded.
    public static Tensor of(Tensor x, ExplicitGradient tape) {
        try (Scope scope = Scope.open()) {
            boolean record = GradMode.is_enabled();
            Tensor y;
            var noGradient = new NoGradGuard();
            try {
                y = x.detach().neg().exp_().add_(new Scalar(1.0)).reciprocal_();
            } finally {
                noGradient.close();
            }
            if (!record) {
                return scope.keep(y);
            }
            Tensor saved = y.clone();
            return scope.keep(
                    tape.join(
                            y,
                            List.of(x),
                            List.of(saved),
                            gradY -> List.of(derivative(saved).mul_(gradY))));
        }
    }

    private static Tensor derivative(Tensor y) {
        return y.neg().add_(new Scalar(1.0)).mul_(y);
    }
}
