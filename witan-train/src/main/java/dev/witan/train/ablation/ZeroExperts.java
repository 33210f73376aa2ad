// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.ablation;

import dev.witan.engine.Tensors;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Experts;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.List;

/// Experts whose every answer is zero.
record ZeroExperts(int experts, int modelWidth) implements Experts {
    ZeroExperts(Experts original) {
        this(original.experts(), original.modelWidth());
    }

    @Override
    public Call apply(DispatchPlan plan, Tensor x, boolean forBackward) {
        Tensor rows = Tensors.zeros(ScalarType.Float, plan.rows(), modelWidth);
        return new Call() {
            @Override
            public Tensor rows() {
                return rows;
            }

            @Override
            public Tensor backward(Tensor gradRows) {
                return Tensors.zerosLike(rows);
            }

            @Override
            public List<Tensor> saved() {
                return List.of();
            }
        };
    }
}
