// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/// Values of a token's chosen experts, one per slot, where some slots may be empty.
final class Slots {
    private Slots() {}

    /// `values [T,E]` at `ids [T*K]` as `[T,K]`; 0 with gradient 0 in an empty slot.
    static Tensor gather(Tensor values, int[] ids, int tokens, int topK) {
        Tensor index = Tensors.of(ids, tokens, topK);
        Tensor chosen = values.gather(1, index.clamp_min(new Scalar(0)));
        return chosen.masked_fill(index.lt(new Scalar(0)), new Scalar(0.0));
    }

    /// `weights [T,K]` with 0, and gradient 0, in the empty slots of `ids [T*K]`.
    static Tensor clearEmpty(Tensor weights, int[] ids, int tokens, int topK) {
        Tensor index = Tensors.of(ids, tokens, topK);
        return weights.masked_fill(index.lt(new Scalar(0)), new Scalar(0.0));
    }
}
