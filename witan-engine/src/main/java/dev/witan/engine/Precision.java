// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.pytorch.global.torch.ScalarType;

/// The element type in which kernels multiply matrices. Master weights are always float32.
public enum Precision {
    /// IEEE single precision.
    FLOAT32(ScalarType.Float, 0x1p-24),
    /// bfloat16 operands, float32 sums inside a product.
    BFLOAT16(ScalarType.BFloat16, 0x1p-9);

    private final ScalarType scalarType;
    private final double epsilon;

    Precision(ScalarType scalarType, double epsilon) {
        this.scalarType = scalarType;
        this.epsilon = epsilon;
    }

    /// The element type of operands.
    public ScalarType scalarType() {
        return scalarType;
    }

    /// Largest relative error of one rounding to this type.
    public double epsilon() {
        return epsilon;
    }
}
