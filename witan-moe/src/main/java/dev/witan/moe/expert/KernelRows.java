// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.expert;

import dev.witan.engine.RowFunction;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// The forward pass of an expert kernel as a function of its rows.
record KernelRows(ExpertKernel kernel, ScalarType type) implements RowFunction {
    @Override
    public int inputWidth() {
        return kernel.modelWidth();
    }

    @Override
    public long weightCount() {
        return kernel.size();
    }

    @Override
    public Tensor apply(Tensor rows, Tensor weights) {
        Tensor saved = Tensors.empty(type, rows.size(0), kernel.savedWidth());
        Tensor y = Tensors.empty(type, rows.size(0), kernel.modelWidth());
        kernel.forward(weights, rows, saved, y);
        return y;
    }
}
