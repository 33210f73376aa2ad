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

/// libtorch's fused AdamW operator, which has no Java method: it is reached through the dispatcher.
///
/// One pass over memory updates weights, mean and mean square. **Threads** each call works on its
/// own tensors; calls may run side by side.
///
/// @see "aten::_fused_adamw_ in libtorch's native_functions.yaml"
public final class FusedAdamW {
    private final OperatorHandle operator;
    private final Type.TypePtr tensorType;

    /// Looks the operator up.
    public FusedAdamW() {
        Engine.start();
        this.operator =
                Scope.release(Dispatcher.singleton().findSchemaOrThrow("aten::_fused_adamw_", ""));
        // A typed list: one made without its element type arrives as something else.
        this.tensorType = Scope.release(ListType.ofTensors().containedType(0));
    }

    /// The tensors of one update, all flat and of one size.
    ///
    /// @param value weights, changed
    /// @param gradient gradient, divided by the scale
    /// @param mean running mean of the gradient, changed
    /// @param square running mean of its square, changed
    public record Target(Tensor value, Tensor gradient, Tensor mean, Tensor square) {}

    /// The constants of one update.
    ///
    /// @param step number of this step, a float32 scalar, counted from 1
    /// @param gradientScale what gradients are divided by, a float32 scalar
    public record Constants(
            Tensor step,
            Tensor gradientScale,
            double learningRate,
            double beta1,
            double beta2,
            double weightDecay,
            double epsilon) {}

    /// Does one update.
    public void update(Target target, Constants constants) {
        var stack = new IValueVector();
        stack.push_back(list(target.value()));
        stack.push_back(list(target.gradient()));
        stack.push_back(list(target.mean()));
        stack.push_back(list(target.square()));
        stack.push_back(new IValue(new GenericList(tensorType)));
        stack.push_back(list(constants.step()));
        stack.push_back(new IValue(constants.learningRate()));
        stack.push_back(new IValue(constants.beta1()));
        stack.push_back(new IValue(constants.beta2()));
        stack.push_back(new IValue(constants.weightDecay()));
        stack.push_back(new IValue(constants.epsilon()));
        stack.push_back(new IValue(false));
        stack.push_back(new IValue(false));
        stack.push_back(new IValue(constants.gradientScale()));
        stack.push_back(new IValue());
        operator.callBoxed(stack);
    }

    private IValue list(Tensor tensor) {
        var list = new GenericList(tensorType);
        list.push_back(new IValue(tensor));
        return new IValue(list);
    }
}
