// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.pytorch.global.torch.ScalarType;

/// The element type in which kernels multiply matrices. Master weights are always float32.
public enum Precision {
    /// IEEE single precision.
    FLOAT32(0x1p-24),
    /// bfloat16 operands, float32 sums inside a product.
    BFLOAT16(0x1p-9);

    private final double epsilon;

    Precision(double epsilon) {
        this.epsilon = epsilon;
    }

    /// The element type of operands; not a field, so that commands can name a precision without
    /// loading libtorch's classes.
    public ScalarType scalarType() {
        return switch (this) {
            case FLOAT32 -> ScalarType.Float;
            case BFLOAT16 -> ScalarType.BFloat16;
        };
    }

    /// Largest relative error of one rounding to this type.
    public double epsilon() {
        return epsilon;
    }
}
