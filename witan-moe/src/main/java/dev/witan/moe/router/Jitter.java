// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import dev.witan.engine.Tensors;
import dev.witan.moe.Pass;

import org.bytedeco.pytorch.Tensor;

/// Multiplicative noise on a router's input, in training only.
///
/// @see "Fedus, Zoph, Shazeer 2021, Switch Transformers, section 2.4 and appendix"
final class Jitter {
    private Jitter() {}

    /// `x * U(1-width, 1+width)` elementwise, or `x` itself outside training.
    static Tensor multiply(Tensor x, double width, Pass pass) {
        if (!pass.training() || width == 0) {
            return x;
        }
        return x.mul(Tensors.uniform(1 - width, 1 + width, pass.seed(), x.size(0), x.size(1)));
    }
}
