// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.List;

/// A linear layer without bias, `y = x W^T`, with operands of the given precision and a float32
/// result.
///
/// Products are divided into blocks of rows, and of outputs for the weight's gradient, one per task
/// of the workers; the gradient is added to the parameter by hand. The division depends on sizes
/// only, so results do not depend on the number of workers.
///
/// @param weight `[out,in]` float32
/// @param settings type of the operands and batch mode
/// @param blocks rows of the forward product that are computed at once
public record Projection(Parameter weight, KernelSettings settings, RowBlocks blocks) {
    private static final int ROWS = 512;
    private static final int MOST_OUTPUTS = 128;

    /// A projection in row blocks that its batch mode allows.
    public Projection(Parameter weight, KernelSettings settings) {
        this(weight, settings, blocks(weight, settings));
    }

    private static RowBlocks blocks(Parameter weight, KernelSettings settings) {
        var product = RowFunction.Linear.of(weight.value(), settings.precision().scalarType());
        return Engine.start().rowBlocks(product, settings.batchMode(), ROWS);
    }

    /// Type of the operands.
    public Precision precision() {
        return settings.precision();
    }

    /// `y [T,out]` float32 of `x [T,in]`.
    public Tensor forward(Tensor x, ExplicitGradient tape) {
        try (Scope scope = Scope.open()) {
            ScalarType type = precision().scalarType();
            ScalarType inputType = x.scalar_type();
            Tensor operand = weight.operand(precision());
            Tensor input = x.detach().to(type).contiguous();
            Tensor y = product(input, operand.t(), operand.size(0), blocks);
            if (!GradMode.is_enabled()) {
                return scope.keep(y);
            }
            return scope.keep(
                    tape.join(
                            y,
                            List.of(x),
                            List.of(input),
                            gradY -> List.of(backward(input, operand, gradY).to(inputType))));
        }
    }

    private Tensor backward(Tensor input, Tensor operand, Tensor gradY) {
        try (Scope scope = Scope.open()) {
            Tensor grad = gradY.to(precision().scalarType()).contiguous();
            if (weight.trainable()) {
                addWeightGradient(grad, input);
            }
            return scope.keep(product(grad, operand, operand.size(1), RowBlocks.upTo(ROWS)));
        }
    }

    private void addWeightGradient(Tensor grad, Tensor input) {
        long outputs = grad.size(1);
        workers()
                .forEachBlock(
                        outputs,
                        Math.clamp(outputs / 2, 1, MOST_OUTPUTS),
                        (first, count) -> {
                            Tensor part = grad.narrow(1, first, count).t();
                            Tensor gradient = weight.gradient().narrow(0, first, count);
                            if (precision() == Precision.FLOAT32) {
                                gradient.addmm_(part, input);
                            } else {
                                gradient.add_(torch.mm(part, input));
                            }
                        });
    }

    private Tensor product(Tensor left, Tensor right, long width, RowBlocks division) {
        Tensor y = Tensors.empty(ScalarType.Float, left.size(0), width);
        division.forEach(
                left.size(0),
                block -> {
                    Tensor rows = block.read(left);
                    if (precision() == Precision.FLOAT32) {
                        Tensor out = block.target(y);
                        torch.mm_out(out, rows, right);
                        block.write(y, out);
                        return out;
                    }
                    Tensor out = torch.mm(rows, right).narrow(0, 0, block.count());
                    return y.narrow(0, block.first(), block.count()).copy_(out);
                });
        return y;
    }

    private static Workers workers() {
        return Engine.start().workers();
    }
}
