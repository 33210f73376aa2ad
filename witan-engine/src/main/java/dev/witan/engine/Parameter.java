// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

import java.util.Objects;

/// A tensor that training changes, with its gradient.
///
/// **Threads** values are changed between steps only, by one thread per element.
public final class Parameter {
    private final String name;
    private final Tensor value;
    private final Tensor gradient;
    private final boolean leaf;
    private final Tensor detached;
    private @Nullable Tensor rounded;

    private Parameter(String name, Tensor value, Tensor gradient, boolean leaf) {
        this.name = Objects.requireNonNull(name, "name");
        this.value = value;
        this.gradient = gradient;
        this.leaf = leaf;
        this.detached = Scope.release(value.detach());
    }

    /// A leaf of the autograd graph; backward passes add to its gradient.
    public static Parameter leaf(String name, Tensor value) {
        Tensor owned = Scope.release(value);
        owned.requires_grad_(true);
        Tensor gradient = Scope.release(Tensors.zerosLike(owned));
        owned.mutable_grad().put(gradient);
        return new Parameter(name, owned, gradient, true);
    }

    /// A tensor outside the graph whose gradient explicit kernels add to.
    public static Parameter explicit(String name, Tensor value) {
        Tensor owned = Scope.release(value);
        return new Parameter(name, owned, Scope.release(Tensors.zerosLike(owned)), false);
    }

    /// Name in checkpoints and reports.
    public String name() {
        return name;
    }

    /// The master value, float32.
    public Tensor value() {
        return value;
    }

    /// What kernels multiply by: the value itself in float32, else a rounded copy that is made once
    /// and follows the value through [#refresh]. Outside the autograd graph; lives as long as this
    /// parameter.
    public synchronized Tensor operand(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> detached;
            case BFLOAT16 -> {
                if (rounded == null) {
                    rounded = Scope.release(value.detach().to(precision.scalarType()));
                }
                yield rounded;
            }
        };
    }

    /// Rounds operands anew; to be called by whoever changes the value.
    public void refresh() {
        refresh(0, value.numel());
    }

    /// Rounds the operands of elements `first .. first+count-1` anew, in row-major order.
    public void refresh(long first, long count) {
        Tensor operand = rounded;
        if (operand != null) {
            try (Scope scope = Scope.open()) {
                Tensor source = detached.view(-1).narrow(0, first, count);
                operand.view(-1).narrow(0, first, count).copy_(source);
            }
        }
    }

    /// Sum of the gradients since the last [#zeroGradient].
    public Tensor gradient() {
        return gradient;
    }

    /// Stops or resumes the recording of gradients; a frozen parameter keeps its value.
    public void setTrainable(boolean trainable) {
        if (leaf) {
            value.requires_grad_(trainable);
        }
    }

    /// Whether backward passes reach this parameter.
    public boolean trainable() {
        return !leaf || value.requires_grad();
    }

    /// Number of rows that are things of their own, such as experts: what works on a parameter in
    /// pieces keeps each piece within one. At least 1.
    public long separateRows() {
        return leaf || value.dim() == 0 ? 1 : Math.max(1, value.size(0));
    }

    /// Sets the gradient to zero.
    public void zeroGradient() {
        gradient.zero_();
    }
}
