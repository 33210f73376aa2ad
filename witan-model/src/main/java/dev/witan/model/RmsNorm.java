// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.List;

/// Division by the root mean square over the last dimension, times a learned scale: `y = x * r *
/// scale`, `r = 1 / sqrt(mean(x^2) + epsilon)`.
///
/// The backward pass is by hand, block of rows by block of rows, so that a block stays in cache and
/// only `r` is kept: with `n = x r` and `g = gradY scale` it is `gradX = r (g - n mean(g n))`.
///
/// @param scale `[D]`
/// @param epsilon added to the mean square
/// @see "Zhang and Sennrich 2019, Root Mean Square Layer Normalization"
record RmsNorm(Parameter scale, double epsilon) {
    private static final int BLOCK = 256;

    /// `y [T,D]` of `x [T,D]`.
    Tensor forward(Tensor x, ExplicitGradient tape) {
        try (Scope scope = Scope.open()) {
            Tensor input = x.detach();
            Tensor weight = scale.value().detach();
            Tensor y = Tensors.empty(ScalarType.Float, input.size(0), input.size(1));
            Tensor inverseRoot = Tensors.empty(ScalarType.Float, input.size(0), 1);
            Engine.start()
                    .workers()
                    .forEachBlock(
                            input.size(0),
                            BLOCK,
                            (first, count) -> {
                                Tensor rows = input.narrow(0, first, count);
                                Tensor r = inverseRoot.narrow(0, first, count);
                                r.copy_(mean(rows.mul(rows)));
                                r.add_(new Scalar(epsilon)).rsqrt_();
                                Tensor out = y.narrow(0, first, count);
                                torch.mul_out(out, rows, r);
                                out.mul_(weight);
                            });
            if (!GradMode.is_enabled()) {
                return scope.keep(y);
            }
            return scope.keep(
                    tape.join(
                            y,
                            List.of(x),
                            List.of(input, inverseRoot, weight),
                            gradY -> List.of(backward(input, inverseRoot, weight, gradY))));
        }
    }

    private Tensor backward(Tensor x, Tensor inverseRoot, Tensor weight, Tensor gradY) {
        try (Scope scope = Scope.open()) {
            long rows = x.size(0);
            Tensor gradX = Tensors.empty(ScalarType.Float, rows, x.size(1));
            Tensor gradScale =
                    Tensors.zeros(ScalarType.Float, Math.ceilDiv(rows, BLOCK), x.size(1));
            Engine.start()
                    .workers()
                    .forEachBlock(
                            rows,
                            BLOCK,
                            (first, count) -> {
                                Tensor r = inverseRoot.narrow(0, first, count);
                                Tensor normal = x.narrow(0, first, count).mul(r);
                                Tensor grad = gradY.narrow(0, first, count);
                                gradScale.select(0, first / BLOCK).copy_(sum(grad.mul(normal), 0));
                                Tensor out = gradX.narrow(0, first, count);
                                torch.mul_out(out, grad, weight);
                                Tensor inner = mean(out.mul(normal));
                                out.sub_(normal.mul_(inner));
                                out.mul_(r);
                            });
            if (scale.trainable()) {
                scale.gradient().add_(sum(gradScale, 0));
            }
            return scope.keep(gradX);
        }
    }

    private static Tensor mean(Tensor x) {
        return x.mean(new long[] {1}, true, new ScalarTypeOptional());
    }

    private static Tensor sum(Tensor x, long dimension) {
        return x.sum(new long[] {dimension}, false, new ScalarTypeOptional());
    }
}
