// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.expert;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// How kernels add to weight gradients.
final class Gradients {
    private Gradients() {}

    /// `gradient [M,N] += left [M,n] right [n,N]`; the sum over earlier calls is float32 also where
    /// operands are not.
    static void addProduct(Tensor gradient, Tensor left, Tensor right) {
        // Enums from native code are other objects than Java's constants until interned.
        if (left.scalar_type().intern() == ScalarType.Float) {
            gradient.addmm_(left, right);
        } else {
            gradient.add_(torch.mm(left, right));
        }
    }
}
