// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;

import java.util.List;

/// libtorch's attention for processors, forward and backward, which has no Java method: it is
/// reached through the dispatcher. Logits are never held as a whole.
///
/// **Shapes** query, key, value and output `[B,heads,S,headWidth]`, log-sum-exp `[B,heads,S]`;
/// float32. Nothing is recorded for autograd. **Threads** calls may run side by side.
///
/// @see "Dao et al. 2022, FlashAttention; aten::_scaled_dot_product_flash_attention_for_cpu"
public final class FlashAttention {
    private static final String NAME = "aten::_scaled_dot_product_flash_attention_for_cpu";

    private final OperatorHandle forward;
    private final OperatorHandle backward;

    /// Looks the operators up.
    public FlashAttention() {
        Engine.start();
        this.forward = Scope.release(Dispatcher.singleton().findSchemaOrThrow(NAME, ""));
        this.backward =
                Scope.release(Dispatcher.singleton().findSchemaOrThrow(NAME + "_backward", ""));
    }

    /// What is multiplied.
    public record Inputs(Tensor query, Tensor key, Tensor value) {}

    /// What came out, and what backward reads beside the inputs.
    public record Output(Tensor output, Tensor logSumExp) {}

    /// Causal attention.
    public Output forward(Inputs inputs) {
        var stack = new IValueVector();
        push(stack, inputs);
        options(stack);
        forward.callBoxed(stack);
        return new Output(stack.get(0).toTensor(), stack.get(1).toTensor());
    }

    /// Gradients of query, key and value.
    public List<Tensor> backward(Tensor gradOutput, Inputs inputs, Output output) {
        var stack = new IValueVector();
        stack.push_back(new IValue(gradOutput));
        push(stack, inputs);
        stack.push_back(new IValue(output.output()));
        stack.push_back(new IValue(output.logSumExp()));
        options(stack);
        backward.callBoxed(stack);
        return List.of(stack.get(0).toTensor(), stack.get(1).toTensor(), stack.get(2).toTensor());
    }

    private static void push(IValueVector stack, Inputs inputs) {
        stack.push_back(new IValue(inputs.query()));
        stack.push_back(new IValue(inputs.key()));
        stack.push_back(new IValue(inputs.value()));
    }

    /// No dropout, causal, no other mask, the usual scale.
    private static void options(IValueVector stack) {
        stack.push_back(new IValue(0.0));
        stack.push_back(new IValue(true));
        stack.push_back(new IValue());
        stack.push_back(new IValue());
    }
}
