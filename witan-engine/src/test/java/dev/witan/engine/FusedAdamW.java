// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.ListType;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;

import java.util.List;

/// libtorch's own AdamW as an independent oracle, reached through the dispatcher.
///
/// @see "aten::_fused_adamw_ in libtorch's native_functions.yaml"
final class FusedAdamW {
    private final OperatorHandle operator;
    private final Type.TypePtr tensorType;

    /// Looks the operator up.
    FusedAdamW() {
        Engine.start();
        this.operator =
                Scope.release(Dispatcher.singleton().findSchemaOrThrow("aten::_fused_adamw_", ""));
        // A typed list: one made without its element type arrives as something else.
        this.tensorType = Scope.release(ListType.ofTensors().containedType(0));
    }

    /// One update of flat float32 tensors with clipping by `gradientScale`, which gradients are
    /// divided by.
    void update(List<Tensor> target, long step, double gradientScale, double learningRate) {
        var stack = new IValueVector();
        target.forEach(tensor -> stack.push_back(list(tensor)));
        stack.push_back(new IValue(new GenericList(tensorType)));
        stack.push_back(list(Tensors.of(new float[] {step}, 1)));
        for (double constant : new double[] {learningRate, 0.9, 0.95, 0.1, 1e-8}) {
            stack.push_back(new IValue(constant));
        }
        stack.push_back(new IValue(false));
        stack.push_back(new IValue(false));
        stack.push_back(new IValue(Tensors.of(new float[] {(float) gradientScale}, 1)));
        stack.push_back(new IValue());
        operator.callBoxed(stack);
    }

    private IValue list(Tensor tensor) {
        var list = new GenericList(tensorType);
        list.push_back(new IValue(tensor));
        return new IValue(list);
    }
}
