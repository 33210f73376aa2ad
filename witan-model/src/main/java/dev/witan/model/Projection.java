// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Parameter;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// A linear layer without bias, `y = x W^T`, with operands of the given precision and a float32
/// result.
///
/// @param weight `[out,in]` float32
/// @param precision type of the operands
record Projection(Parameter weight, Precision precision) {
    Tensor forward(Tensor x) {
        return switch (precision) {
            case FLOAT32 -> torch.linear(x, weight.value());
            case BFLOAT16 -> {
                try (Scope scope = Scope.open()) {
                    ScalarType type = precision.scalarType();
                    Tensor y = torch.linear(x.to(type), weight.value().to(type));
                    yield scope.keep(y.to(ScalarType.Float));
                }
            }
        };
    }
}
